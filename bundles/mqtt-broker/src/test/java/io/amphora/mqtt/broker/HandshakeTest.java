// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Connack;
import io.amphora.mqtt.Connect;
import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.spi.EnhancedAuthenticator;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.Rule;
import org.junit.Test;

/** What CONNACK says. */
public final class HandshakeTest {

    @Rule
    public final BrokerFixture broker = new BrokerFixture(BrokerSettings.SlowSubscriber.DROP);

    private final FakeLink link = new FakeLink();

    @Test
    public void aVerdictThatComesLaterIsToldAtOnce() {
        CompletableFuture<ReasonCode> verdict = new CompletableFuture<>();
        broker.extensions().authenticators().add((packet, peer) -> verdict, Map.of());
        broker.connect(link, "a", true, 0);
        verdict.complete(ReasonCode.SUCCESS);
        assertEquals(List.of(), link.sent());
        link.run();
        assertEquals(ReasonCode.SUCCESS, ((Connack) link.sent().get(0)).reasonCode());
        assertEquals(1, link.flushes());
    }

    private Connack connack(boolean requestsResponseInformation) {
        return connack(requestsResponseInformation, OptionalLong.empty(), Optional.empty());
    }

    private Connack connack(
            boolean requestsResponseInformation, OptionalLong maximumPacketSize, Optional<String> method) {
        broker.open(link)
                .connect(new Connect(
                        MqttVersion.V5,
                        "a",
                        true,
                        0,
                        5_000,
                        10,
                        maximumPacketSize,
                        0,
                        requestsResponseInformation,
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        method,
                        Optional.empty(),
                        List.of()));
        return (Connack) link.sent().get(0);
    }

    @Test
    public void whoAsksIsToldWhereResponsesGo() {
        assertEquals(Optional.of("answers/a/"), connack(true).responseInformation());
        assertEquals(Optional.empty(), connack(false).responseInformation());
    }

    @Test
    public void theLongestSessionIsTheBrokers() {
        assertEquals(OptionalLong.of(600), connack(false).sessionExpiry());
    }

    @Test
    public void whoIsSentElsewhereIsToldWhere() {
        broker.extensions()
                .authenticators()
                .add((packet, peer) -> CompletableFuture.completedFuture(ReasonCode.USE_ANOTHER_SERVER), Map.of());
        Connack refusal = connack(false);
        assertEquals(ReasonCode.USE_ANOTHER_SERVER, refusal.reasonCode());
        assertEquals(Optional.of("other:1883"), refusal.serverReference());
    }

    /** CONNACK with flags and code, Session Expiry, Receive Maximum, Maximum Packet Size and Topic Alias Maximum. */
    private static final int SMALLEST = 1 + 1 + 2 + 1 + 5 + 3 + 5 + 3;

    @Test
    public void whatTheClientCanDoWithoutIsLeftOut() {
        Connack short5 = connack(true, OptionalLong.of(SMALLEST), Optional.empty());
        assertEquals(ReasonCode.SUCCESS, short5.reasonCode());
        assertEquals(Optional.empty(), short5.responseInformation());
        int answer = 3 + "answers/a/".length();
        assertEquals(
                Optional.of("answers/a/"),
                connack(true, OptionalLong.of(SMALLEST + answer), Optional.empty())
                        .responseInformation());
    }

    @Test
    public void whoTakesNoConnackIsRefusedAndHasNoSession() {
        Connack refusal = connack(false, OptionalLong.of(SMALLEST - 1), Optional.empty());
        assertEquals(ReasonCode.PACKET_TOO_LARGE, refusal.reasonCode());
        assertTrue(link.isClosed());
        assertEquals(0, broker.state().sessions().size());
    }

    @Test
    public void whatProvesTheBrokerCountsToo() {
        ByteBuffer proof = ByteBuffer.allocate(20);
        broker.extensions().enhanced().add(new Proving(proof), Map.of());
        int size = SMALLEST + 3 + Proving.METHOD.length() + 3 + proof.remaining();
        Connack proven = connack(false, OptionalLong.of(size), Optional.of(Proving.METHOD));
        assertEquals(Optional.of(proof), proven.authenticationData());
        Connack refusal = connack(false, OptionalLong.of(size - 1), Optional.of(Proving.METHOD));
        assertEquals(ReasonCode.PACKET_TOO_LARGE, refusal.reasonCode());
    }

    /** Accepts at once, with something for the client to check. */
    private record Proving(ByteBuffer proof) implements EnhancedAuthenticator {

        static final String METHOD = "proof";

        @Override
        public String method() {
            return METHOD;
        }

        @Override
        public Dialogue begin(Connect packet, SocketAddress peer) {
            return data -> CompletableFuture.completedFuture(new Step.Success(Optional.empty(), Optional.of(proof)));
        }
    }
}
