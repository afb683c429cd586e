// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static io.amphora.mqtt.netty.RawClient.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.broker.TestBroker;
import io.amphora.mqtt.spi.InboundPublish;
import io.amphora.mqtt.spi.PublishHandler;
import io.amphora.mqtt.spi.PublishResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;

/** PUBLISH from a client to a handler, byte by byte. */
public final class PublishTest {

    private final ManualHandler handler = new ManualHandler();
    private final TestBroker broker = new TestBroker(4, 1_000).with(handler);

    @Rule
    public final RunningListener listener = new RunningListener(broker);

    /** Whoever never completes keeps the payload for ever. */
    @After
    public void completeAll() {
        handler.all.forEach(result -> result.complete(PublishResult.SUCCESS));
    }

    @Test
    public void theResultStandsInPuback() throws Exception {
        try (RawClient client = RawClient.connected5(listener.address(), "a")) {
            client.send(packet("32", "'h/1' 0001 00 6162"));
            handler.next().complete(PublishResult.SUCCESS);
            client.expect("40 02 0001");
            client.send(packet("32", "'h/2' 0002 00 6162"));
            handler.next().complete(PublishResult.of(ReasonCode.QUOTA_EXCEEDED, "full"));
            client.expect("40 0b 0002 97 07 1f 'full'");
        }
    }

    @Test
    public void aClientWithoutProblemInformationGetsNoReasonString() throws Exception {
        try (RawClient client = RawClient.connected5(listener.address(), "a", "02", "1700")) {
            client.send(packet("32", "'h/2' 0002 00 6162"));
            handler.next().complete(PublishResult.of(ReasonCode.QUOTA_EXCEEDED, "full"));
            client.expect("40 04 0002 97 00");
        }
    }

    @Test
    public void before5PubackSaysNothing() throws Exception {
        try (RawClient client = RawClient.connected4(listener.address(), "a", true)) {
            client.send(packet("32", "'h/1' 0001 6162"));
            handler.next().complete(PublishResult.of(ReasonCode.QUOTA_EXCEEDED, "full"));
            client.expect("40 02 0001");
        }
    }

    @Test
    public void whatItsHandlerIsMissingForIsRefusedAndNotRouted() throws Exception {
        try (RawClient client = RawClient.connected5(listener.address(), "a")) {
            client.send(packet("32", "'handled/x' 0001 00 6162"));
            String reason = "what takes these topics is away: send this again in 2000 ms";
            client.expect("40 %02x 0001 97 %02x 1f '%s'".formatted(reason.length() + 7, reason.length() + 3, reason));
        }
    }

    @Test
    public void before5AMissingHandlerClosesTheConnectionUnacknowledged() throws Exception {
        try (RawClient client = RawClient.connected4(listener.address(), "a", true)) {
            client.send(packet("32", "'handled/x' 0001 6162"));
            client.expectEnd();
        }
    }

    @Test
    public void resultsAreToldInTheOrderOfCompletion() throws Exception {
        try (RawClient client = RawClient.connected5(listener.address(), "a")) {
            client.send(packet("32", "'h/1' 0001 00") + packet("32", "'h/2' 0002 00") + packet("c0", ""));
            client.expect("d000");
            CompletableFuture<PublishResult> first = handler.next();
            handler.next().complete(PublishResult.SUCCESS);
            client.expect("40 02 0002");
            first.complete(PublishResult.SUCCESS);
            client.expect("40 02 0001");
        }
    }

    @Test
    public void qos2IsHandledOnceHoweverOftenItIsSent() throws Exception {
        try (RawClient client = RawClient.connected5(listener.address(), "a")) {
            client.send(packet("34", "'h/1' 0001 00 61"));
            CompletableFuture<PublishResult> result = handler.next();
            client.send(packet("3c", "'h/1' 0001 00 61") + packet("c0", ""));
            client.expect("d000");
            result.complete(PublishResult.SUCCESS);
            client.expect("50 02 0001");
            client.send(packet("3c", "'h/1' 0001 00 61"));
            client.expect("50 02 0001");
            client.send("62 02 0001");
            client.expect("70 02 0001");
            client.send("62 02 0001");
            client.expect("70 04 0001 92 00");
            assertTrue(handler.isEmpty());
        }
    }

    @Test
    public void aFailedPubrecFreesTheIdentifier() throws Exception {
        try (RawClient client = RawClient.connected5(listener.address(), "a")) {
            client.send(packet("34", "'h/1' 0001 00 61"));
            handler.next().complete(new PublishResult(ReasonCode.UNSPECIFIED_ERROR, Optional.empty()));
            client.expect("50 04 0001 80 00");
            client.send(packet("34", "'h/1' 0001 00 61"));
            handler.next().complete(PublishResult.SUCCESS);
            client.expect("50 02 0001");
        }
    }

    @Test
    public void qos2ThatIsPendingAtAReconnectIsAnsweredThere() throws Exception {
        CompletableFuture<PublishResult> result;
        try (RawClient first = RawClient.connected5(listener.address(), "a", "00", "11 00000064")) {
            first.send(packet("34", "'h/1' 0001 00 61"));
            result = handler.next();
        }
        try (RawClient second = RawClient.connected5(listener.address(), "a", "00", "11 00000064")) {
            second.send(packet("3c", "'h/1' 0001 00 61") + packet("c0", ""));
            second.expect("d000");
            result.complete(PublishResult.SUCCESS);
            second.expect("50 02 0001");
            assertTrue(handler.isEmpty());
        }
    }

    @Test
    public void aQos2ResultThatNobodyHeardIsKept() throws Exception {
        CompletableFuture<PublishResult> result;
        try (RawClient first = RawClient.connected5(listener.address(), "a", "00", "11 00000064")) {
            first.send(packet("34", "'h/1' 0001 00 61"));
            result = handler.next();
        }
        try (RawClient second = RawClient.connected5(listener.address(), "a", "00", "11 00000064")) {
            result.complete(PublishResult.of(ReasonCode.UNSPECIFIED_ERROR, "no"));
            second.send(packet("c0", ""));
            second.expect("d000");
            second.send(packet("3c", "'h/1' 0001 00 61"));
            second.expect("50 09 0001 80 05 1f 'no'");
            assertTrue(handler.isEmpty());
        }
    }

    @Test
    public void moreThanTheReceiveMaximumIsRefused() throws Exception {
        try (RawClient client = RawClient.connected5(listener.address(), "a")) {
            for (int id = 1; id <= 5; id++) {
                client.send(packet("32", "'h/1' 000" + id + " 00"));
            }
            assertEquals("93", client.read().substring(4, 6));
            client.expectEnd();
        }
    }

    @Test
    public void before5MoreThanTheReceiveMaximumOnlyWaits() throws Exception {
        try (RawClient client = RawClient.connected4(listener.address(), "a", true)) {
            for (int id = 1; id <= 9; id++) {
                client.send(packet("32", "'h/1' 000" + id));
            }
            for (int id = 1; id <= 9; id++) {
                handler.next().complete(PublishResult.SUCCESS);
                client.expect("40 02 000" + id);
            }
        }
    }

    @Test
    public void overTheBoundOnBytesNothingIsReadUntilHalfIsDone() throws Exception {
        try (RawClient client = RawClient.connected5(listener.address(), "a")) {
            client.send(packet("30", "'h/1' 00" + "00".repeat(600)));
            client.send(packet("30", "'h/2' 00" + "00".repeat(600)));
            CompletableFuture<PublishResult> first = handler.next();
            CompletableFuture<PublishResult> second = handler.next();
            client.send(packet("c0", ""));
            first.complete(PublishResult.SUCCESS);
            second.complete(PublishResult.SUCCESS);
            client.expect("d000");
        }
    }

    @Test
    public void aTopicAliasStandsForItsTopic() throws Exception {
        try (RawClient client = RawClient.connected5(listener.address(), "a")) {
            client.send(packet("32", "'h/alias' 0001 03 230003"));
            handler.next().complete(PublishResult.SUCCESS);
            client.expect("40 02 0001");
            client.send(packet("32", "'' 0002 03 230003"));
            handler.next().complete(PublishResult.SUCCESS);
            client.expect("40 02 0002");
            assertEquals("h/alias", handler.lastTopic);
        }
    }

    @Test
    public void packetsMayArriveInPieces() throws Exception {
        byte[] large = new byte[300_000];
        Arrays.fill(large, (byte) 0x5A);
        byte[] stream = RawClient.bytes(
                packet("32", "'h/1' 0001 00" + "5a".repeat(large.length)) + packet("32", "'h/2' 0002 00 77"));
        try (RawClient client = RawClient.connected5(listener.address(), "a")) {
            for (int at = 0; at < stream.length; ) {
                int size = at < 20 || at > stream.length - 20 ? 1 : Math.min(7_001, stream.length - 20 - at + 1);
                client.sendBytes(Arrays.copyOfRange(stream, at, at + size));
                at += size;
            }
            CompletableFuture<PublishResult> first = handler.next();
            assertEquals(ByteBuffer.wrap(large), handler.lastPayload);
            first.complete(PublishResult.SUCCESS);
            client.expect("40 02 0001");
            handler.next().complete(PublishResult.SUCCESS);
            assertEquals("w", StandardCharsets.UTF_8.decode(handler.lastPayload).toString());
            client.expect("40 02 0002");
        }
    }

    @Test
    public void aHandlerThatThrowsCostsThatConnectionOnly() throws Exception {
        try (RawClient client = RawClient.connected5(listener.address(), "a");
                RawClient other = RawClient.connected5(listener.address(), "b")) {
            client.send(packet("32", "'h/throw' 0001 00"));
            client.expectEnd();
            other.send("c000");
            other.expect("d000");
        }
    }

    @Test
    public void aSubscriptionToWhatIsNeverRoutedIsRefused() throws Exception {
        try (RawClient five = RawClient.connected5(listener.address(), "a");
                RawClient four = RawClient.connected4(listener.address(), "b", true)) {
            five.send(packet("82", "0001 00 'h/#' 01"));
            five.expect("90 04 0001 00 8f");
            four.send(packet("82", "0001 'h/#' 01"));
            four.expect("90 03 0001 80");
        }
    }

    /** Takes {@code h/...}; tests complete what it got, in any order. */
    private static final class ManualHandler implements PublishHandler {

        private final Queue<CompletableFuture<PublishResult>> all = new ConcurrentLinkedQueue<>();
        private final BlockingQueue<CompletableFuture<PublishResult>> results = new LinkedBlockingQueue<>();
        private volatile ByteBuffer lastPayload;
        private volatile String lastTopic;

        @Override
        public boolean accepts(TopicName topic) {
            return topic.value().startsWith("h/");
        }

        @Override
        public boolean refuses(TopicFilter filter) {
            return filter.value().startsWith("h/");
        }

        @Override
        public CompletionStage<PublishResult> handle(InboundPublish publish) {
            if (publish.packet().topic().value().equals("h/throw")) {
                throw new IllegalStateException("as the test wants it");
            }
            CompletableFuture<PublishResult> result = new CompletableFuture<>();
            ByteBuffer copy = ByteBuffer.allocate(publish.packet().payload().remaining());
            lastPayload = copy.put(publish.packet().payload().duplicate()).flip();
            lastTopic = publish.packet().topic().value();
            all.add(result);
            results.add(result);
            return result;
        }

        CompletableFuture<PublishResult> next() throws InterruptedException {
            CompletableFuture<PublishResult> next = results.poll(10, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no PUBLISH came to the handler");
            }
            return next;
        }

        boolean isEmpty() {
            return results.isEmpty();
        }
    }
}
