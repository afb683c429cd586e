// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.hostile;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import io.amphora.itests.ChangedSettings;
import io.amphora.itests.Waiting;
import io.amphora.itests.wire.Body;
import io.amphora.itests.wire.Hex;
import io.amphora.itests.wire.Packet;
import io.amphora.itests.wire.Peer;
import io.amphora.itests.wire.RawClient;
import io.amphora.itests.wire.RawSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TestRule;

/**
 * Who connects or publishes too often is held back, and nobody else; limits come and go with the file. How long something
 * takes is compared only with what it has to take at least.
 */
public final class RateLimits {

    private static final int QOS_1 = 2;
    private static final int AT_ONCE = 20;
    private static final String SERVED = "00";
    private static final String REFUSED = "9f";

    @Rule
    public final TestRule stillServing = HostileIT.STILL_SERVING;

    @Test
    public void connectionsOfOneAddressBeyondTheRateAreRefused() throws Exception {
        with("connection_rate", "1", () -> {
            Waiting.until("the rate counts", () -> connect("127.0.0.1").equals(REFUSED));
            long begun = System.nanoTime();
            List<String> answers = connectAtOnce();
            long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds() + 1;
            long served = answers.stream().filter(SERVED::equals).count();
            assertTrue(served + " in " + seconds + " s", served <= seconds + 1);
            assertEquals(
                    answers.toString(),
                    AT_ONCE,
                    served + answers.stream().filter(REFUSED::equals).count());
            Waiting.until(
                    "one within the rate is served", () -> connect("127.0.0.1").equals(SERVED));
        });
        Waiting.until("no rate counts", () -> connectAtOnce().stream().allMatch(SERVED::equals));
    }

    @Test
    public void anotherAddressHasARateOfItsOwn() throws Exception {
        assumeTrue("needs the whole loopback network, as on Linux", Files.isDirectory(Path.of("/proc/self")));
        with("connection_rate", "1", () -> {
            Waiting.until("the rate counts", () -> connect("127.0.0.1").equals(REFUSED));
            assertEquals(SERVED, connect("127.0.0.2"));
        });
        Waiting.until("no rate counts", () -> connectAtOnce().stream().allMatch(SERVED::equals));
    }

    @Test
    public void aClientThatPublishesTooOftenIsReadFromMoreSlowly() throws Exception {
        with("publish_rate", "20", () -> {
            Duration atLeast = Duration.ofSeconds(2); // 20 at once, and 40 more
            Waiting.until("the rate counts", () -> burst(60, 10).compareTo(atLeast) >= 0);
        });
    }

    @Test
    public void aClientThatPublishesTooMuchIsReadFromMoreSlowly() throws Exception {
        with("publish_bytes_rate", "1000", () -> {
            Duration atLeast = Duration.ofSeconds(2); // 1,000 bytes at once, and 2,000 more
            Waiting.until("the rate counts", () -> burst(3, 1_000).compareTo(atLeast) >= 0);
        });
    }

    @Test
    public void aClientIsReadFromAgainWhenTheRateIsGone() throws Exception {
        try (RawClient fast = client("fast");
                RawClient other = client("other")) {
            with("publish_bytes_rate", "1", () -> {
                Waiting.until("the rate counts", () -> burst(1, 3).compareTo(Duration.ofSeconds(2)) >= 0);
                publish(fast, 1, 500); // more than eight minutes' worth
                publish(other, 1, 1);
            });
            publish(fast, 1, 1);
        }
    }

    private static void with(String key, String value, ChangedSettings.Steps steps) throws Exception {
        ChangedSettings.during(HostileIT.amphora(), "io.amphora.mqtt.broker.cfg", Map.of(key, value), steps);
    }

    /** How long messages and another one behind them take, and whether none of them is lost. A PINGREQ would not wait. */
    private static Duration burst(int messages, int size) throws IOException {
        try (RawClient client = client("burst")) {
            long begun = System.nanoTime();
            publish(client, messages, size);
            publish(client, 1, 0);
            Duration taken = Duration.ofNanos(System.nanoTime() - begun);
            client.expectNothing();
            return taken;
        }
    }

    /** Publishes with one write, so that the broker reads all at once. */
    private static void publish(RawClient client, int messages, int size) throws IOException {
        Body all = new Body();
        for (int i = 1; i <= messages; i++) {
            Body message =
                    new Body().text("burst").two(i).properties(new Body()).raw(new byte[size]);
            all.raw(message.packet(Packet.PUBLISH | QOS_1));
        }
        client.send(all.bytes());
        for (int i = 1; i <= messages; i++) {
            assertEquals(i, client.acknowledgement(Packet.PUBACK).packetId());
        }
    }

    private static RawClient client(String clientId) throws IOException {
        RawClient client = new RawClient(HostileIT.address(), RawClient.MQTT_5);
        client.connect(clientId, true);
        return client;
    }

    /** Connects from an address of this machine; returns the code of CONNACK. */
    private static String connect(String from) throws IOException {
        try (Peer peer = new Peer(new RawSocket(HostileIT.address(), new InetSocketAddress(from, 0)))) {
            peer.send(Hex.connect5("from-" + from, "02", ""));
            return code(peer);
        }
    }

    private static List<String> connectAtOnce() throws IOException {
        List<Peer> peers = new ArrayList<>();
        try {
            for (int i = 0; i < AT_ONCE; i++) {
                Peer peer = new Peer(HostileIT.address());
                peers.add(peer);
                peer.send(Hex.connect5("at-once-" + i, "02", ""));
            }
            List<String> answers = new ArrayList<>();
            for (Peer peer : peers) {
                answers.add(code(peer));
            }
            return answers;
        } finally {
            for (Peer peer : peers) {
                peer.close();
            }
        }
    }

    /** The code of CONNACK; who is refused sees the connection closed behind it. */
    private static String code(Peer peer) throws IOException {
        String connack = peer.read();
        assertTrue(connack, connack.startsWith("20"));
        String code = connack.substring(6, 8);
        if (!code.equals(SERVED)) {
            peer.expectEnd();
        }
        return code;
    }
}
