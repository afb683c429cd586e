// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static io.amphora.mqtt.netty.RawClient.packet;
import static org.junit.Assert.assertEquals;

import io.amphora.mqtt.broker.TestBroker;
import io.amphora.mqtt.spi.PublishResult;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.Timeout;

/** A listener that stops while messages are being dealt with. */
public final class DrainTest {

    private final BlockingQueue<CompletableFuture<PublishResult>> results = new LinkedBlockingQueue<>();
    private final TestBroker broker = new TestBroker().with("slow/", publish -> {
        CompletableFuture<PublishResult> result = new CompletableFuture<>();
        results.add(result);
        return result;
    });
    private final EventLoops loops = new EventLoops(1, 1, "nio");

    @Rule
    public final Timeout timeout = Timeout.seconds(60);

    @After
    public void close() {
        loops.close();
        broker.close();
    }

    @Test
    public void whatWasTakenIsAcknowledgedBeforeTheClientIsToldToGo() throws Exception {
        MqttListener listener = listener(60_000);
        try (RawClient client = RawClient.connected5(listener.address(), "patient");
                RawClient idle = RawClient.connected5(listener.address(), "idle")) {
            client.send(packet("32", "'slow/1' 0001 00") + packet("32", "'slow/2' 0002 00"));
            CompletableFuture<PublishResult> first = next();
            CompletableFuture<PublishResult> second = next();
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(listener::close);
            assertEquals("8b", idle.read().substring(4, 6));
            first.complete(PublishResult.SUCCESS);
            client.expect("40 02 0001");
            second.complete(PublishResult.SUCCESS);
            client.expect("40 02 0002");
            assertEquals("8b", client.read().substring(4, 6));
            client.expectEnd();
            stopped.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    public void theWaitHasAnEnd() throws Exception {
        MqttListener listener = listener(100);
        try (RawClient client = RawClient.connected5(listener.address(), "waits")) {
            client.send(packet("32", "'slow/1' 0001 00"));
            CompletableFuture<PublishResult> result = next();
            listener.close();
            assertEquals("8b", client.read().substring(4, 6));
            client.expectEnd();
            result.complete(PublishResult.SUCCESS);
        }
    }

    private MqttListener listener(long drainTimeout) throws Exception {
        ListenerSettings settings = new ListenerSettings(
                "drained",
                "127.0.0.1",
                0,
                1 << 20,
                30_000,
                0,
                drainTimeout,
                10,
                16,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new MqttListener(settings, broker.broker(), loops);
    }

    /** The result of the next message, which is left to the test. */
    private CompletableFuture<PublishResult> next() throws InterruptedException {
        CompletableFuture<PublishResult> next = results.poll(30, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no message came");
        }
        return next;
    }
}
