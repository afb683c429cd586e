// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.hostile;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.ChangedSettings;
import io.amphora.itests.RunningAmphora;
import io.amphora.itests.Waiting;
import io.amphora.itests.wire.Body;
import io.amphora.itests.wire.Packet;
import io.amphora.itests.wire.RawClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Clients that go for each bound of {@code docs/limits.md} on a broker with a small heap, while another client is served.
 * Afterwards the process is the same, and the heap holds what it held before.
 */
public final class SmallHeapIT {

    @ClassRule
    public static final TemporaryFolder FOLDER = new TemporaryFolder();

    private static final int QOS_1 = 2;
    private static final int RETAIN = 1;
    private static final int QUOTA_EXCEEDED = 0x97;
    private static final int TOPIC_FILTER_INVALID = 0x8F;
    private static final int USER_PROPERTY = 0x26;
    private static final long LEFT = 12 << 20;

    private static RunningAmphora amphora;
    private static long process;
    private static long heap;

    private final List<RawClient> hostile = new ArrayList<>();
    private RawClient good;
    private int round;

    @BeforeClass
    public static void start() throws Exception {
        amphora = RunningAmphora.start(FOLDER.newFolder("data").toPath(), Map.of("AMPHORA_HEAP", "160m"));
        process = amphora.broker().pid();
        ChangedSettings.in(amphora, "io.amphora.mqtt.broker.cfg", Map.of("retained_bytes", "16777216"));
        Waiting.until("the bound of retained messages counts", () -> amphora.shell(
                        "config:list \"(service.pid=io.amphora.mqtt.broker)\"")
                .contains("retained_bytes = 16777216"));
        heap = JavaHeap.aliveIn(process);
    }

    @AfterClass
    public static void stop() throws IOException {
        amphora.close();
    }

    @Before
    public void connect() throws IOException {
        good = client("good");
        assertEquals(1, good.subscribe(1, "good"));
    }

    @After
    public void looksAsBefore() throws Exception {
        isServed();
        good.close();
        for (RawClient each : hostile) {
            each.close();
        }
        assertEquals("the process", process, amphora.broker().pid());
        Waiting.until("no more than " + heap + " bytes are alive", () -> JavaHeap.aliveIn(process) <= heap + LEFT);
        String log = Files.readString(amphora.log());
        assertFalse(log, log.contains(" ERROR "));
        assertFalse(log, log.contains("OutOfMemory"));
    }

    private void isServed() throws IOException {
        round++;
        good.publish(QOS_1, 1, "good", new Body(), Integer.toString(round).getBytes(StandardCharsets.UTF_8));
        assertEquals(0, good.acknowledgement(Packet.PUBACK).code());
        assertEquals(Integer.toString(round), good.message().text());
    }

    private static InetSocketAddress address() throws IOException {
        return new InetSocketAddress(amphora.host(), amphora.port());
    }

    private static RawClient client(String clientId) throws IOException {
        RawClient client = new RawClient(address(), RawClient.MQTT_5);
        client.connect(clientId, true);
        return client;
    }

    private RawClient hostileClient(String clientId) throws IOException {
        RawClient client = client(clientId);
        hostile.add(client);
        return client;
    }

    /** Returns the code of the CONNACK. */
    private int connected(String clientId, int flags, Body rest) throws IOException {
        RawClient client = new RawClient(address(), RawClient.MQTT_5);
        hostile.add(client);
        client.send(new Body()
                .text("MQTT")
                .one(5)
                .one(flags)
                .two(0)
                .properties(new Body())
                .text(clientId)
                .raw(rest.bytes())
                .packet(Packet.CONNECT));
        return client.await(Packet.CONNACK).connected();
    }

    @Test
    public void deepFiltersAreRefused() throws Exception {
        RawClient deep = hostileClient("deep");
        for (int i = 0; i < 60; i++) {
            assertEquals(TOPIC_FILTER_INVALID, deep.subscribe(2, "z" + i + "/".repeat(65_000)));
        }
    }

    @Test
    public void filtersFillNoMoreThanTheirShare() throws Exception {
        String levels = "/l".repeat(120);
        int code = 1;
        for (int client = 0; client < 20 && code == 1; client++) {
            RawClient many = hostileClient("many" + client);
            code = many.subscribe(2, client + "first" + levels);
            for (int i = 0; code == 1 && i < 2_000; i++) {
                if (many.subscribe(2, client + "/" + i + levels) == QUOTA_EXCEEDED) {
                    break;
                }
            }
            isServed();
        }
        assertEquals("a client whose first filter is one too many", QUOTA_EXCEEDED, code);
    }

    @Test
    public void aThousandClientIdentifiersFillNoMoreThanTheirShare() throws Exception {
        int code = 0;
        for (int i = 0; i < 1_000 && code == 0; i++) {
            code = connected("i".repeat(60_000) + i, 2, new Body());
            isServed();
        }
        assertEquals(QUOTA_EXCEEDED, code);
    }

    @Test
    public void aThousandWillsFillNoMoreThanTheirShare() throws Exception {
        Body will = new Body().properties(new Body()).text("will").binary(new byte[60_000]);
        int code = 0;
        for (int i = 0; i < 1_500 && code == 0; i++) {
            code = connected("w" + i, 6, will);
            isServed();
        }
        assertEquals(QUOTA_EXCEEDED, code);
        for (RawClient each : hostile.subList(0, hostile.size() - 1)) {
            each.send(new Body().packet(Packet.DISCONNECT)); // keeps the will back
        }
    }

    @Test
    public void propertiesOfRetainedMessagesFillNoMoreThanTheirShare() throws Exception {
        RawClient publisher = hostileClient("retains");
        Body properties = new Body();
        for (int i = 0; i < 1_000; i++) {
            properties.one(USER_PROPERTY).two(0).two(0);
        }
        int retained = 0;
        while (retained(publisher, retained, properties, new byte[1]) != QUOTA_EXCEEDED) {
            retained++;
            isServed();
        }
        assertTrue(retained + " messages", retained > 100 && retained < 160);
        for (int i = 0; i < retained; i++) {
            retained(publisher, i, new Body(), new byte[0]);
        }
    }

    private static int retained(RawClient publisher, int number, Body properties, byte[] payload) throws IOException {
        publisher.publish(QOS_1 | RETAIN, 1, "retained/" + number, properties, payload);
        return publisher.acknowledgement(Packet.PUBACK).code();
    }

    @Test
    public void queuesOfManyFillNoMoreThanTheirShare() throws Exception {
        RawClient publisher = hostileClient("floods");
        for (int i = 0; i < 20; i++) {
            RawClient absent = new RawClient(address(), RawClient.MQTT_5);
            absent.connect("absent" + i, false);
            assertEquals(1, absent.subscribe(1, "flood/" + i));
            absent.close();
        }
        for (int i = 0; i < 2_400; i++) {
            publisher.publish(QOS_1, 1, "flood/" + i % 20, new Body(), new byte[60_000]);
            publisher.acknowledgement(Packet.PUBACK);
            if (i % 20 == 0) {
                isServed();
            }
        }
        for (int i = 0; i < 20; i++) {
            client("absent" + i).disconnect(); // a clean start, without expiry
        }
    }

    @Test
    public void packetsThatNeverEndFillNoMoreThanTheirShare() throws Exception {
        byte[] begun =
                new Body().one(0x30).variable(2_000_000).raw(new byte[300_000]).bytes();
        begun[5] = 1; // a topic of one character
        begun[6] = 'a';
        RawClient last = good;
        for (int i = 0; i < 300; i++) {
            last = hostileClient("begins" + i);
            last.send(begun);
            isServed();
        }
        assertEquals(QUOTA_EXCEEDED, last.expectEnd());
    }
}
