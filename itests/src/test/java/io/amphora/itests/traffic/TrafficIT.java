// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.RunningAmphora;
import io.amphora.itests.load.Options;
import java.net.InetSocketAddress;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Ordinary messages of many clients at once: each arrives, once. */
public final class TrafficIT {

    @ClassRule
    public static final TemporaryFolder FOLDER = new TemporaryFolder();

    private static RunningAmphora amphora;

    @BeforeClass
    public static void start() throws Exception {
        amphora = RunningAmphora.start(FOLDER.newFolder("data").toPath());
    }

    @AfterClass
    public static void stop() throws Exception {
        amphora.close();
    }

    @Test
    public void pairsWithQos0() throws Exception {
        assertNothingLost("pairs-qos0");
    }

    @Test
    public void pairsWithQos1() throws Exception {
        assertNothingLost("pairs-qos1");
    }

    @Test
    public void pairsWithQos2() throws Exception {
        assertNothingLost("pairs-qos2");
    }

    @Test
    public void oneToManyWithQos0() throws Exception {
        assertNothingLost("fan-out-qos0");
    }

    @Test
    public void oneToManyWithQos1() throws Exception {
        assertNothingLost("fan-out-qos1");
    }

    @Test
    public void manyToOneWithQos1() throws Exception {
        assertNothingLost("fan-in-qos1");
    }

    @Test
    public void aFloodArrivesInPart() throws Exception {
        Figures figures = run("fan-in-flood", "--clients", "20", "--warm", "0.1", "--seconds", "0.3");
        assertTrue(figures.toJson(), figures.get("received") > 0);
        assertEquals(figures.toJson(), 0, figures.get("lost_connections"), 0);
    }

    @Test
    public void messagesOnASchedule() throws Exception {
        Figures figures = assertNothingLost("latency");
        assertTrue(figures.toJson(), figures.get("puback_p50_ms") > 0);
        assertTrue(figures.toJson(), figures.get("arrival_due_p50_ms") >= figures.get("arrival_p50_ms"));
    }

    @Test
    public void connectionsThatDoNothing() throws Exception {
        Figures figures = run("idle", "--warm-up", "50", "--some", "100", "--many", "200");
        assertTrue(figures.toJson(), figures.get("connects_s_200") > 0);
        assertEquals(figures.toJson(), 0, figures.get("lost_connections"), 0);
    }

    @Test
    public void aSlowSubscriberMissesNothing() throws Exception {
        Figures figures = run("slow", "--warm", "0.1", "--seconds", "0.5");
        assertTrue(figures.toJson(), figures.get("received") > 0);
        assertEquals(figures.toJson(), 0, figures.get("lost"), 0);
    }

    @Test
    public void uploadsBesideMessages() throws Exception {
        Figures figures = run(
                "uploads",
                "--warm",
                "0.1",
                "--file-size",
                "1000000",
                "--in",
                FOLDER.getRoot().toString());
        assertTrue(figures.toJson(), figures.get("upload_mb_s") > 0);
        assertEquals(figures.toJson(), figures.get("expected"), figures.get("received"), 0);
    }

    private static Figures assertNothingLost(String scenario) throws Exception {
        Figures figures = run(scenario, "--clients", "20", "--warm", "0.1", "--seconds", "0.3");
        assertTrue(figures.toJson(), figures.get("received") > 0);
        assertEquals(figures.toJson(), figures.get("expected"), figures.get("received"), 0);
        for (String failure : new String[] {"unacknowledged", "duplicates", "disordered", "lost_connections"}) {
            assertEquals(failure + " " + figures.toJson(), 0, figures.get(failure), 0);
        }
        return figures;
    }

    private static Figures run(String scenario, String... options) throws Exception {
        InetSocketAddress server = new InetSocketAddress(amphora.host(), amphora.port());
        return TrafficLoad.run(
                scenario, Options.parse(options, 0), server, amphora.broker().pid());
    }
}
