// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.hostile;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.ChangedSettings;
import io.amphora.itests.Waiting;
import io.amphora.itests.wire.Body;
import io.amphora.itests.wire.Packet;
import io.amphora.itests.wire.RawClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TestRule;

/** Subscribers that do not read hold up their own publishers at most, and what they miss is counted for each. */
public final class SlowSubscribers {

    private static final int QOS_1 = 2;
    private static final String FLOOD = "flood";
    private static final int SIZE = 64 << 10;
    private static final int MESSAGES = 800;

    /** Not quite what {@code queue_bytes} allows. */
    private static final long FULL = 8_000_000;

    @Rule
    public final TestRule stillServing = HostileIT.STILL_SERVING;

    @Test
    public void whoNeverReadsHoldsUpNobodyElse() throws Exception {
        with(Map.of("slow_subscriber_wait", "3600"), () -> {
            try (RawClient deaf = subscriber("deaf", FLOOD);
                    RawClient other = subscriber("other", "other")) {
                deaf.send(new Body().packet(Packet.PINGREQ)); // whose answer it does not read either
                flood(() -> {
                    Waiting.until(
                            "its queue is full",
                            () -> ListedClient.named("deaf").queuedBytes() > FULL);
                    for (int i = 0; i < 500; i++) {
                        publish(other, "other", i, 100);
                        assertEquals(i, number(other.message()));
                    }
                    assertTrue(ListedClient.named("deaf").queuedBytes() > FULL);
                });
            }
        });
    }

    /** Publishes more than the broker takes while nobody reads, until the steps are done. */
    private static void flood(ChangedSettings.Steps meanwhile) throws Exception {
        RawClient flooder = client("flooder");
        Thread flood = new Thread(() -> publishUntilClosed(flooder), "flood");
        flood.start();
        try {
            meanwhile.run();
        } finally {
            flooder.close();
            flood.join();
        }
    }

    private static void publishUntilClosed(RawClient client) {
        try {
            for (int i = 1; i <= 250; i++) {
                client.publish(QOS_1, i, FLOOD, new Body(), new byte[4 * SIZE]);
            }
        } catch (IOException e) {
            return; // the steps are done
        }
    }

    @Test
    public void whatIsDroppedIsCountedForTheClientThatMissesIt() throws Exception {
        with(Map.of("slow_subscriber", "DROP", "queue_messages", "50"), () -> {
            Waiting.until("messages may be dropped", SlowSubscribers::isDropConfigured);
            try (RawClient slow = subscriber("slow", FLOOD);
                    RawClient quick = subscriber("quick", FLOOD)) {
                publishAll(quick);
                long dropped = ListedClient.named("slow").droppedMessages();
                assertTrue("dropped " + dropped, dropped > 0 && dropped < MESSAGES);
                assertEquals(0, ListedClient.named("quick").droppedMessages());
                assertEquals(
                        MESSAGES - dropped, numbers(slow, MESSAGES - dropped).size());
                slow.expectNothing();
                assertEquals(dropped, ListedClient.named("slow").droppedMessages());
            }
        });
    }

    private static boolean isDropConfigured() throws Exception {
        return HostileIT.amphora()
                .shell("config:list \"(service.pid=io.amphora.mqtt.broker)\"")
                .contains("slow_subscriber = DROP");
    }

    /** Publishes one message after the other, each when the subscriber that keeps up has the one before. */
    private static void publishAll(RawClient quick) throws Exception {
        try (RawClient publisher = client("publisher")) {
            for (int i = 0; i < MESSAGES; i++) {
                publish(publisher, FLOOD, i, SIZE);
                assertEquals(i, number(quick.message()));
            }
            assertEquals(0, ListedClient.named("publisher").droppedMessages());
        }
    }

    private static Set<Integer> numbers(RawClient subscriber, long messages) throws IOException {
        Set<Integer> numbers = new TreeSet<>();
        for (long i = 0; i < messages; i++) {
            numbers.add(number(subscriber.message()));
        }
        return numbers;
    }

    private static void publish(RawClient client, String topic, int number, int size) throws IOException {
        client.publish(
                QOS_1,
                1,
                topic,
                new Body(),
                ByteBuffer.allocate(size).putInt(number).array());
        assertEquals(0, client.acknowledgement(Packet.PUBACK).code());
    }

    private static int number(Packet.Message message) {
        return message.payload().getInt(0);
    }

    private static void with(Map<String, String> settings, ChangedSettings.Steps steps) throws Exception {
        ChangedSettings.during(HostileIT.amphora(), "io.amphora.mqtt.broker.cfg", settings, steps);
    }

    private static RawClient client(String clientId) throws IOException {
        RawClient client = new RawClient(HostileIT.address(), RawClient.MQTT_5);
        client.connect(clientId, true);
        return client;
    }

    private static RawClient subscriber(String clientId, String filter) throws IOException {
        RawClient client = client(clientId);
        assertEquals(1, client.subscribe(1, filter));
        return client;
    }
}
