// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.Disconnect;
import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.Publish;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.ServerPacket;
import io.amphora.mqtt.Suback;
import io.amphora.mqtt.Subscribe;
import io.amphora.mqtt.SubscriptionOptions;
import io.amphora.mqtt.Unsuback;
import io.amphora.mqtt.Unsubscribe;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.Rule;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;

/** Packets that are well-formed and must not come now, or not at all. */
public final class ViolationTest {

    private static final List<String> NO_FILTERS =
            List.of("", "a#b", "#/a", "a+", "a/#/b", "+a/b", "$share//x", "$share/g", "$share/g/", "$share/+/x");

    @Rule
    public final BrokerFixture broker = new BrokerFixture(BrokerSettings.SlowSubscriber.DROP);

    private final FakeLink link = new FakeLink();

    private static Acknowledgement ack(Acknowledgement.Type type, int id) {
        return Acknowledgement.success(type, id);
    }

    private static void assertViolates(ThrowingRunnable action) {
        MqttProtocolException error = assertThrows(MqttProtocolException.class, action);
        assertEquals(ReasonCode.PROTOCOL_ERROR, error.reasonCode());
    }

    /** A client that was just sent a message; returns its identifier. */
    private int sent(ClientConnection connection, Qos qos) {
        BrokerFixture.subscribe(connection, "t", Qos.EXACTLY_ONCE);
        link.sent();
        broker.publish("t", "1", qos);
        link.run();
        return ((OutboundPublish) link.sent().get(0)).packetId();
    }

    @Test
    public void acknowledgementsOfTheWrongKindAreProtocolErrors() {
        for (MqttVersion version : MqttVersion.values()) {
            ClientConnection connection = broker.connectAs(version, link, "c", true, 0);
            int one = sent(connection, Qos.AT_LEAST_ONCE);
            int two = sent(connection, Qos.EXACTLY_ONCE);
            assertViolates(() -> connection.acknowledge(ack(Acknowledgement.Type.PUBREC, one)));
            assertViolates(() -> connection.acknowledge(ack(Acknowledgement.Type.PUBCOMP, one)));
            assertViolates(() -> connection.acknowledge(ack(Acknowledgement.Type.PUBACK, two)));
            assertViolates(() -> connection.acknowledge(ack(Acknowledgement.Type.PUBCOMP, two))); // before PUBREC
            connection.acknowledge(ack(Acknowledgement.Type.PUBREC, two));
            assertViolates(() -> connection.acknowledge(ack(Acknowledgement.Type.PUBACK, two)));
            connection.acknowledge(ack(Acknowledgement.Type.PUBACK, one));
            connection.acknowledge(ack(Acknowledgement.Type.PUBCOMP, two));
            assertEquals(
                    "nothing was lost by them",
                    0,
                    broker.state().client(new ClientId("c")).orElseThrow().inflightMessages());
            connection.closed();
            link.sent();
        }
    }

    @Test
    public void repeatedAndLateAcknowledgementsAreNone() {
        ClientConnection connection = broker.connect(link, "c", false, 60);
        int one = sent(connection, Qos.AT_LEAST_ONCE);
        int two = sent(connection, Qos.EXACTLY_ONCE);
        connection.acknowledge(ack(Acknowledgement.Type.PUBACK, one));
        connection.acknowledge(ack(Acknowledgement.Type.PUBACK, one));
        connection.acknowledge(ack(Acknowledgement.Type.PUBREC, two));
        connection.acknowledge(ack(Acknowledgement.Type.PUBREC, two));
        assertEquals(
                List.of(ack(Acknowledgement.Type.PUBREL, two), ack(Acknowledgement.Type.PUBREL, two)), link.sent());
        connection.closed();
        ClientConnection next = broker.connect(link, "c", false, 60);
        link.sent();
        next.acknowledge(ack(Acknowledgement.Type.PUBACK, one));
        next.acknowledge(ack(Acknowledgement.Type.PUBREC, two)); // the one of before, which crosses PUBREL
        assertEquals(List.of(ack(Acknowledgement.Type.PUBREL, two)), link.sent());
        next.acknowledge(ack(Acknowledgement.Type.PUBCOMP, two));
        next.acknowledge(ack(Acknowledgement.Type.PUBCOMP, two));
        assertFalse(link.isClosed());
    }

    @Test
    public void whatADisplacedConnectionAcknowledgesDoesNotMatter() {
        ClientConnection before = broker.connect(link, "c", false, 60);
        int one = sent(before, Qos.AT_LEAST_ONCE);
        broker.connect(new FakeLink(), "c", false, 60);
        before.acknowledge(ack(Acknowledgement.Type.PUBREC, one));
        assertFalse(link.isClosed());
    }

    @Test
    public void pubrelBeforePubrecIsAProtocolError() {
        KeepingHandler slow = new KeepingHandler("kept/");
        broker.extensions().handlers().add(slow, Map.of());
        ClientConnection connection = broker.connect(link, "c", true, 0);
        var unused = connection.publish(BrokerFixture.publish("kept/x", "1", Qos.EXACTLY_ONCE, 7));
        assertViolates(() -> connection.acknowledge(ack(Acknowledgement.Type.PUBREL, 7)));
    }

    @Test
    public void filtersThatAreNoneViolateTheProtocolBefore5() {
        for (MqttVersion version : List.of(MqttVersion.V3_1, MqttVersion.V3_1_1)) {
            ClientConnection connection = broker.connectAs(version, link, "c", true, 0);
            link.sent();
            for (String filter : NO_FILTERS) {
                assertThrows(filter, MqttProtocolException.class, () -> connection.subscribe(of("good", filter)));
                assertThrows(
                        filter,
                        MqttProtocolException.class,
                        () -> connection.unsubscribe(new Unsubscribe(1, List.of("good", filter))));
            }
            assertEquals(List.of(), link.sent());
            assertEquals(
                    "nothing of such a packet is done",
                    0,
                    broker.state().client(new ClientId("c")).orElseThrow().subscriptions());
        }
    }

    @Test
    public void filtersThatAreNoneAreRefusedOneByOneIn5() {
        ClientConnection connection = broker.connect(link, "c", true, 0);
        link.sent();
        for (String filter : NO_FILTERS) {
            connection.subscribe(of("good", filter));
            connection.unsubscribe(new Unsubscribe(1, List.of("good", filter)));
            List<ServerPacket> answers = link.sent();
            assertEquals(
                    List.of(ReasonCode.GRANTED_QOS_1, ReasonCode.TOPIC_FILTER_INVALID),
                    ((Suback) answers.get(0)).reasonCodes());
            assertEquals(
                    List.of(ReasonCode.SUCCESS, ReasonCode.TOPIC_FILTER_INVALID),
                    ((Unsuback) answers.get(1)).reasonCodes());
        }
    }

    @Test
    public void nothingOfASubscribeWithNoLocalOnAShareIsDone() {
        ClientConnection connection = broker.connect(link, "c", true, 0);
        SubscriptionOptions noLocal =
                new SubscriptionOptions(Qos.AT_LEAST_ONCE, true, false, SubscriptionOptions.RetainHandling.SEND);
        assertViolates(() -> connection.subscribe(new Subscribe(
                1,
                List.of(new Subscribe.Request("a", noLocal), new Subscribe.Request("$share/g/a", noLocal)),
                OptionalInt.empty())));
        assertEquals(0, broker.state().client(new ClientId("c")).orElseThrow().subscriptions());
    }

    @Test
    public void aViolationThatWaitedForConnackEndsTheConnection() {
        CompletableFuture<ReasonCode> verdict = new CompletableFuture<>();
        broker.extensions().authenticators().add((packet, peer) -> verdict, Map.of());
        ClientConnection connection = broker.connectAs(MqttVersion.V3_1_1, link, "c", true, 0);
        connection.subscribe(of("a#b"));
        Publish unhandled = BrokerFixture.publish("handled/x", "1", Qos.AT_LEAST_ONCE, 1);
        CompletionStage<?> payload = connection.publish(unhandled);
        verdict.complete(ReasonCode.SUCCESS);
        link.run();
        assertTrue(link.isClosed());
        assertTrue("its payload is released", payload.toCompletableFuture().isDone());
        List<ServerPacket> sent = link.sent();
        assertEquals(ReasonCode.TOPIC_FILTER_INVALID, ((Disconnect) sent.get(1)).reasonCode());
    }

    @Test
    public void aPublishThatWaitedForConnackAndCannotBeHandledIsReleased() {
        CompletableFuture<ReasonCode> verdict = new CompletableFuture<>();
        broker.extensions().authenticators().add((packet, peer) -> verdict, Map.of());
        ClientConnection connection = broker.connectAs(MqttVersion.V3_1_1, link, "c", true, 0);
        CompletionStage<?> payload = connection.publish(BrokerFixture.publish("handled/x", "1", Qos.AT_LEAST_ONCE, 1));
        verdict.complete(ReasonCode.SUCCESS);
        link.run();
        assertTrue(link.isClosed());
        assertTrue(payload.toCompletableFuture().isDone());
    }

    @Test
    public void whatWaitsForConnackIsDroppedWhenTheClientLeaves() {
        broker.extensions().authenticators().add((packet, peer) -> new CompletableFuture<>(), Map.of());
        ClientConnection connection = broker.connect(link, "c", true, 0);
        connection.subscribe(of("a"));
        connection.ping();
        connection.acknowledge(ack(Acknowledgement.Type.PUBACK, 1));
        connection.closed();
        assertEquals(List.of(), link.sent());
        assertEquals(Optional.empty(), broker.state().client(new ClientId("c")));
    }

    private static Subscribe of(String... filters) {
        return new Subscribe(
                1,
                List.of(filters).stream()
                        .map(filter -> new Subscribe.Request(filter, SubscriptionOptions.of(Qos.AT_LEAST_ONCE)))
                        .toList(),
                OptionalInt.empty());
    }
}
