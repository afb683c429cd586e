// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.OneAmphora;
import io.amphora.itests.RunningAmphora;
import java.net.InetSocketAddress;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;

/** Many clients at once: every file arrives whole, and once. */
public final class LoadIT {

    @ClassRule
    public static final OneAmphora AMPHORA = new OneAmphora();

    private static RunningAmphora amphora;

    @BeforeClass
    public static void use() {
        amphora = AMPHORA.running();
    }

    @Test
    public void mediumFiles() throws Exception {
        upload("medium", "--files", "64");
    }

    @Test
    public void smallFiles() throws Exception {
        upload("small", "--files", "500");
    }

    @Test
    public void smallSegments() throws Exception {
        upload("device", "--files", "32", "--segment-checksums");
    }

    @Test
    public void oddSegmentsBehindAnInitThatNobodyWaitedFor() throws Exception {
        upload("medium", "--files", "32", "--segment-size", "12345", "--pipelined", "--checksum", "init");
    }

    @Test
    public void clientsOfMqtt311() throws Exception {
        upload("medium", "--files", "32", "--mqtt", "4");
    }

    private static void upload(String name, String... options) throws Exception {
        Scenario scenario = Scenario.standard(name).with(Options.parse(options, 0));
        LoadRun run = new LoadRun(scenario, new InetSocketAddress(amphora.host(), amphora.port()), 0);
        LoadResult result = run.run();
        assertTrue(result.toJson(), result.isComplete());
        assertEquals(
                new Verification(scenario.files(), 0, 0, 0),
                Verification.of(amphora.exports(), run.clientPrefix(), run.checksums()));
    }
}
