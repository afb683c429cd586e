// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;

import io.amphora.mqtt.Connack;
import io.amphora.mqtt.Connect;
import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.ReasonCode;
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
        broker.open(link)
                .connect(new Connect(
                        MqttVersion.V5,
                        "a",
                        true,
                        0,
                        5_000,
                        10,
                        OptionalLong.empty(),
                        0,
                        requestsResponseInformation,
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
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
}
