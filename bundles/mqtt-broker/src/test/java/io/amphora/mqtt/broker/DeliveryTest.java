// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.Connack;
import io.amphora.mqtt.Disconnect;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.Will;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.Rule;
import org.junit.Test;

/** Sessions, their queues and their takeover. */
public final class DeliveryTest {

    @Rule
    public final BrokerFixture broker = new BrokerFixture(BrokerSettings.SlowSubscriber.DROP);

    private final FakeLink link = new FakeLink();

    private ClientConnection subscriber(Qos qos) {
        ClientConnection connection = broker.connect(link, "sub", false, 60);
        BrokerFixture.subscribe(connection, "t", qos);
        link.sent();
        return connection;
    }

    @Test
    public void manyMessagesAreOneTaskAndOneFlush() {
        subscriber(Qos.AT_MOST_ONCE);
        for (String text : List.of("1", "2", "3")) {
            broker.publish("t", text, Qos.AT_MOST_ONCE);
        }
        assertEquals(List.of(), link.payloads());
        assertEquals(1, link.run());
        assertEquals(List.of("1", "2", "3"), link.payloads());
        assertEquals(1, link.flushes());
    }

    @Test
    public void aLinkThatIsNotWritableWaitsAndOverflows() {
        ClientConnection connection = subscriber(Qos.AT_LEAST_ONCE);
        link.writable(false);
        for (String text : List.of("1", "2", "3", "4", "5", "6")) {
            broker.publish("t", text, Qos.AT_MOST_ONCE);
            link.run();
        }
        assertEquals(List.of(), link.payloads());
        link.writable(true);
        connection.writable();
        assertEquals("the queue holds four", List.of("1", "2", "3", "4"), link.payloads());
        assertEquals(2, connection.session().drops().count());
        broker.publish("t", "7", Qos.AT_MOST_ONCE);
        link.run();
        assertEquals(List.of("7"), link.payloads());
    }

    @Test
    public void theReceiveMaximumOfTheClientIsTheWindow() {
        ClientConnection connection = subscriber(Qos.AT_LEAST_ONCE);
        for (String text : List.of("1", "2", "3", "4")) {
            broker.publish("t", text, Qos.AT_LEAST_ONCE);
        }
        link.run();
        assertEquals(List.of("1", "2", "3"), link.payloads());
        connection.acknowledge(Acknowledgement.success(Acknowledgement.Type.PUBACK, 2));
        assertEquals(List.of("4"), link.payloads());
    }

    @Test
    public void anotherConnectionTakesOverWhatWasNotAcknowledged() {
        ClientConnection first = subscriber(Qos.AT_LEAST_ONCE);
        broker.publish("t", "1", Qos.AT_LEAST_ONCE);
        link.run();
        link.sent();
        FakeLink next = new FakeLink();
        broker.connect(next, "sub", false, 60);
        assertEquals(List.of("1"), next.payloads());
        link.run();
        assertEquals(ReasonCode.SESSION_TAKEN_OVER, ((Disconnect) link.sent().get(0)).reasonCode());
        assertTrue(link.isClosed());
        first.closed();
        broker.publish("t", "2", Qos.AT_LEAST_ONCE);
        next.run();
        assertEquals(List.of("2"), next.payloads());
    }

    @Test
    public void offlineQos0IsNotKeptAndTheRestIs() {
        ClientConnection first = subscriber(Qos.AT_LEAST_ONCE);
        first.closed();
        broker.publish("t", "0", Qos.AT_MOST_ONCE);
        broker.publish("t", "1", Qos.AT_LEAST_ONCE);
        FakeLink next = new FakeLink();
        broker.connect(next, "sub", false, 60);
        assertEquals(List.of("1"), next.payloads());
    }

    @Test
    public void aCleanStartFindsNothing() {
        subscriber(Qos.AT_LEAST_ONCE).closed();
        broker.publish("t", "1", Qos.AT_LEAST_ONCE);
        FakeLink next = new FakeLink();
        broker.connect(next, "sub", true, 60);
        assertFalse(((Connack) next.sent().get(0)).sessionPresent());
        assertFalse(broker.state().hasSubscribers(new TopicName("t")));
        assertEquals(1, broker.state().sessions().size());
    }

    @Test
    public void aSessionWithoutExpiryEndsWithItsConnection() {
        ClientConnection connection = broker.connect(link, "x", false, 0);
        BrokerFixture.subscribe(connection, "t", Qos.AT_MOST_ONCE);
        connection.closed();
        assertEquals(0, broker.state().sessions().size());
        assertFalse(broker.state().hasSubscribers(new TopicName("t")));
    }

    @Test
    public void moreSessionsThanTheLimitAreRefused() {
        for (String id : List.of("a", "b", "c", "d")) {
            FakeLink each = new FakeLink();
            broker.connect(each, id, true, 0);
            ReasonCode code = ((Connack) each.sent().get(0)).reasonCode();
            assertEquals(id.equals("d") ? ReasonCode.QUOTA_EXCEEDED : ReasonCode.SUCCESS, code);
        }
    }

    @Test
    public void whatHasExpiredIsNotDeliveredAndTheRestSaysHowLongItHas() {
        ClientConnection first = subscriber(Qos.AT_LEAST_ONCE);
        first.closed();
        broker.state().publish(expiring(5));
        broker.state().publish(expiring(20));
        broker.pass(7);
        FakeLink next = new FakeLink();
        broker.connect(next, "sub", false, 60);
        List<OutboundPublish> delivered = next.sent().stream()
                .filter(OutboundPublish.class::isInstance)
                .map(OutboundPublish.class::cast)
                .toList();
        assertEquals(1, delivered.size());
        assertEquals(
                OptionalLong.of(13), delivered.get(0).message().properties().messageExpiry());
    }

    @Test
    public void aDelayedWillIsNotPublishedIfTheClientComesBack() {
        FakeLink watcher = new FakeLink();
        BrokerFixture.subscribe(broker.connect(watcher, "watcher", true, 0), "w", Qos.AT_MOST_ONCE);
        Will will = new Will(Message.of(new TopicName("w"), new byte[] {'w'}, Qos.AT_MOST_ONCE), 30);
        broker.connect(link, "x", false, 60, Optional.of(will)).closed();
        broker.connect(new FakeLink(), "x", false, 60);
        watcher.run();
        assertEquals(List.of(), watcher.payloads());
    }

    @Test
    public void aDelayedWillIsPublishedWhenItsSessionEnds() {
        FakeLink watcher = new FakeLink();
        BrokerFixture.subscribe(broker.connect(watcher, "watcher", true, 0), "w", Qos.AT_MOST_ONCE);
        Will will = new Will(Message.of(new TopicName("w"), new byte[] {'w'}, Qos.AT_MOST_ONCE), 30);
        broker.connect(link, "x", false, 60, Optional.of(will)).closed();
        broker.connect(new FakeLink(), "x", true, 60);
        watcher.run();
        assertEquals(List.of("w"), watcher.payloads());
    }

    private static Message expiring(long seconds) {
        PublishProperties properties = new PublishProperties(
                false, OptionalLong.of(seconds), Optional.empty(), Optional.empty(), Optional.empty(), List.of());
        return new Message(new TopicName("t"), ByteBuffer.allocate(1), Qos.AT_LEAST_ONCE, false, properties);
    }

    @Test
    public void whoSubscribesAgainGetsAMessageOnce() {
        ClientConnection connection = subscriber(Qos.AT_MOST_ONCE);
        BrokerFixture.subscribe(connection, "t", Qos.AT_LEAST_ONCE);
        link.sent();
        broker.publish("t", "1", Qos.AT_LEAST_ONCE);
        link.run();
        List<OutboundPublish> sent =
                link.sent().stream().map(OutboundPublish.class::cast).toList();
        assertEquals(1, sent.size());
        assertEquals(Qos.AT_LEAST_ONCE, sent.get(0).qos());
    }
}
