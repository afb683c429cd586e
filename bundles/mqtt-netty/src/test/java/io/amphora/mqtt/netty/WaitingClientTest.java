// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static io.amphora.mqtt.netty.RawClient.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Message;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.broker.TestBroker;
import io.amphora.mqtt.spi.PublishResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/** A client with more messages under way than the broker takes: the packets behind them are dealt with all the same. */
@RunWith(Parameterized.class)
public final class WaitingClientTest {

    private static final int MAXIMUM = 4;

    private final BlockingQueue<CompletableFuture<PublishResult>> waiting = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> payloads = new LinkedBlockingQueue<>();
    private final Queue<CompletableFuture<PublishResult>> all = new ConcurrentLinkedQueue<>();
    private volatile boolean over;
    private final TestBroker broker = new TestBroker(MAXIMUM, 1_000).with("h/", publish -> {
        CompletableFuture<PublishResult> result = new CompletableFuture<>();
        payloads.add(StandardCharsets.UTF_8
                .decode(publish.packet().payload().duplicate())
                .toString());
        all.add(result);
        waiting.add(result);
        if (over) {
            result.complete(PublishResult.SUCCESS);
        }
        return result;
    });

    @Rule
    public final RunningListener listener;

    @Parameters(name = "{0}")
    public static List<String> loops() {
        return List.of("nio", "auto");
    }

    public WaitingClientTest(String io) {
        listener = new RunningListener(broker, io);
    }

    /** A handler that never completes keeps its payload for ever. */
    @After
    public void completeAll() {
        over = true;
        all.forEach(result -> result.complete(PublishResult.SUCCESS));
    }

    private RawClient client() throws IOException {
        return RawClient.connected4(listener.address(), "a", true);
    }

    private static String publish(int id, String text) {
        return packet("32", "'h/x' %04x %s".formatted(id, hex(text)));
    }

    private static String hex(String text) {
        StringBuilder hex = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            hex.append("%02x".formatted(each));
        }
        return hex.toString();
    }

    private void finishNext() throws InterruptedException {
        CompletableFuture<PublishResult> next = waiting.poll(10, TimeUnit.SECONDS);
        assertTrue("nothing came to the handler", next != null);
        next.complete(PublishResult.SUCCESS);
    }

    /** Sends messages 1 to {@code count}, each of which the handler keeps, in one go with a PINGREQ. */
    private static void sendWithPing(RawClient client, int count) throws IOException {
        StringBuilder packets = new StringBuilder();
        for (int id = 1; id <= count; id++) {
            packets.append(publish(id, "m" + id));
        }
        client.send(packets + "c000");
    }

    @Test
    public void aPingIsAnsweredHoweverManyMessagesWait() throws Exception {
        try (RawClient client = client()) {
            sendWithPing(client, 200);
            client.expect("d000");
            client.send("c000");
            client.expect("d000");
            for (int id = 1; id <= 200; id++) {
                finishNext();
                client.expect("4002%04x".formatted(id));
                assertEquals("m" + id, payloads.take());
            }
        }
    }

    @Test
    public void aPingIsAnsweredWhileBytesWait() throws Exception {
        try (RawClient client = client()) {
            for (int id = 1; id <= 4; id++) {
                client.send(publish(id, "x".repeat(600)));
            }
            client.send("c000");
            client.expect("d000");
            for (int id = 1; id <= 4; id++) {
                finishNext();
                client.expect("4002%04x".formatted(id));
            }
        }
    }

    @Test
    public void acknowledgementsBehindWaitingMessagesCount() throws Exception {
        try (RawClient client = client()) {
            client.send(packet("82", "0001 't' 01"));
            client.expect("90 03 0001 01");
            sendWithPing(client, 20);
            client.expect("d000");
            for (int i = 1; i <= 30; i++) {
                broker.publisher().publish(Message.of(new TopicName("t"), new byte[] {1}, Qos.AT_LEAST_ONCE));
                String message = client.read();
                assertEquals("32", message.substring(0, 2));
                client.send("4002" + message.substring(10, 14));
            }
        }
    }

    @Test
    public void theMessagesBeforeADisconnectCount() throws Exception {
        try (RawClient client = client()) {
            sendWithPing(client, 20);
            client.expect("d000");
            client.send("e000");
            client.expectEnd();
        }
        for (int id = 1; id <= 20; id++) {
            assertEquals("m" + id, payloads.poll(10, TimeUnit.SECONDS));
        }
    }

    @Test
    public void soDoThoseBeforeTheConnectionIsLost() throws Exception {
        try (RawClient client = client()) {
            sendWithPing(client, 20);
            client.expect("d000");
        }
        for (int id = 1; id <= 20; id++) {
            assertEquals("m" + id, payloads.poll(10, TimeUnit.SECONDS));
        }
    }

    /** More than the look-ahead holds: then the client waits as a whole, is not cut off, and nothing is lost. */
    @Test
    public void aFloodIsNotReadFurther() throws Exception {
        int count = 600;
        String text = "y".repeat(500);
        try (RawClient client = client()) {
            Thread flood = new Thread(() -> {
                try {
                    for (int id = 1; id <= count; id++) {
                        client.send(publish(id, text));
                    }
                    client.send("c000");
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            flood.start();
            boolean pinged = false; // the ping may overtake the last messages
            for (int id = 1; id <= count; id++) {
                assertTrue("no more than are taken", waiting.size() <= MAXIMUM + 1);
                finishNext();
                String answer = client.read();
                pinged |= answer.equals("d000");
                assertEquals("4002%04x".formatted(id), answer.equals("d000") ? client.read() : answer);
            }
            if (!pinged) {
                client.expect("d000");
            }
            flood.join(10_000);
        }
    }

    @Test
    public void anIdentifierThatIsSentAgainWhileItWaitsCountsOnce() throws Exception {
        try (RawClient client = client()) {
            client.send(publish(1, "m1"));
            for (int i = 0; i < 3 * MAXIMUM; i++) {
                client.send("3a" + publish(1, "m1").substring(2));
            }
            client.send(publish(2, "m2"));
            assertEquals("m1", payloads.poll(10, TimeUnit.SECONDS));
            assertEquals("m2", payloads.poll(10, TimeUnit.SECONDS));
            finishNext();
            client.expect("4002 0001");
            finishNext();
            client.expect("4002 0002");
            client.send("3a" + publish(1, "again").substring(2));
            assertEquals("after the answer it is a message of its own", "again", payloads.poll(10, TimeUnit.SECONDS));
        }
    }
}
