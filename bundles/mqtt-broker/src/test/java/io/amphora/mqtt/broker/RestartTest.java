// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.Connack;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.Publish;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.ServerPacket;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.Unsubscribe;
import io.amphora.mqtt.Will;
import io.amphora.mqtt.spi.SessionStore.Change;
import io.amphora.mqtt.spi.SessionStore.RecordKey;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.Test;

/** What of sessions and messages is there after the broker has ended at any moment. */
public final class RestartTest extends Crashes {

    private FakeLink sub;
    private FakeLink pub;

    @Override
    void connectAnew() {
        sub = new FakeLink();
        pub = new FakeLink();
    }

    private ClientConnection subscriber(Qos qos) {
        ClientConnection connection = broker.connect(sub, "sub", false, 60);
        BrokerFixture.subscribe(connection, "t", qos);
        sub.sent();
        return connection;
    }

    private ClientConnection publisher() {
        ClientConnection connection = broker.connect(pub, "pub", false, 60);
        pub.sent();
        return connection;
    }

    private void publish(ClientConnection connection, String text, Qos qos, int id, boolean duplicate) {
        Publish first = BrokerFixture.publish("t", text, qos, id);
        var unused = connection.publish(
                new Publish(first.topic(), first.payload(), qos, false, duplicate, id, PublishProperties.NONE));
        pub.run();
        sub.run();
    }

    private static Acknowledgement ack(Acknowledgement.Type type, int id) {
        return Acknowledgement.success(type, id);
    }

    @Test
    public void subscriptionsAndWhatWaitsSurvive() throws Exception {
        subscriber(Qos.AT_LEAST_ONCE).closed();
        ClientConnection publisher = publisher();
        publish(publisher, "1", Qos.AT_LEAST_ONCE, 1, false);
        publish(publisher, "2", Qos.AT_LEAST_ONCE, 2, false);
        crash();
        broker.connect(sub, "sub", false, 60);
        assertTrue(((Connack) sub.sent().get(0)).sessionPresent());
        crash();
        ClientConnection back = broker.connect(sub, "sub", false, 60);
        assertEquals(List.of("1", "2"), sub.payloads());
        back.acknowledge(ack(Acknowledgement.Type.PUBACK, 1));
        back.acknowledge(ack(Acknowledgement.Type.PUBACK, 2));
        publish(publisher(), "3", Qos.AT_LEAST_ONCE, 1, false);
        assertEquals(List.of("3"), sub.payloads());
    }

    @Test
    public void whoGetsAMessageTwiceHasBothAfterwards() throws Exception {
        ClientConnection subscriber = subscriber(Qos.EXACTLY_ONCE);
        BrokerFixture.subscribe(subscriber, "$share/g/t", Qos.EXACTLY_ONCE);
        subscriber.closed();
        publish(publisher(), "1", Qos.EXACTLY_ONCE, 1, false);
        crash();
        broker.connect(sub, "sub", false, 60);
        assertEquals(List.of("1", "1"), sub.payloads());
    }

    @Test
    public void aSessionThatACleanStartEndedDoesNotComeBack() throws Exception {
        subscriber(Qos.AT_LEAST_ONCE).closed();
        publish(publisher(), "1", Qos.AT_LEAST_ONCE, 1, false);
        Map<RecordKey, byte[]> before = Map.copyOf(store.records());
        broker.connect(sub, "sub", true, 60).closed();
        store.records().putAll(before); // the broker ended before it had removed them
        crash();
        publish(publisher(), "2", Qos.AT_LEAST_ONCE, 2, false);
        broker.connect(sub, "sub", false, 60);
        assertTrue(((Connack) sub.sent().get(0)).sessionPresent());
        assertEquals(List.of(), sub.payloads());
        assertEquals(0, store.count(RecordKind.QUEUED));
        assertEquals(0, store.count(RecordKind.SUBSCRIPTION));
    }

    @Test
    public void anUnsubscribedFilterStaysUnsubscribed() throws Exception {
        subscriber(Qos.AT_LEAST_ONCE).unsubscribe(new Unsubscribe(2, List.of("t")));
        crash();
        broker.connect(sub, "sub", false, 60);
        publish(publisher(), "1", Qos.AT_LEAST_ONCE, 1, false);
        assertEquals(List.of(), sub.payloads());
    }

    @Test
    public void pubackComesWhenTheMessageIsStored() {
        subscriber(Qos.AT_LEAST_ONCE).closed();
        ClientConnection publisher = publisher();
        store.waits(true);
        publish(publisher, "1", Qos.AT_LEAST_ONCE, 1, false);
        assertEquals(List.of(), pub.sent());
        store.store();
        pub.run();
        assertEquals(List.of(ack(Acknowledgement.Type.PUBACK, 1)), pub.sent());
    }

    @Test
    public void whatNoPersistentSessionWantsIsNotStored() {
        BrokerFixture.subscribe(broker.connect(sub, "sub", true, 0), "t", Qos.AT_LEAST_ONCE);
        ClientConnection publisher = publisher();
        store.waits(true);
        publish(publisher, "1", Qos.AT_LEAST_ONCE, 1, false);
        assertEquals(List.of(ack(Acknowledgement.Type.PUBACK, 1)), pub.sent());
        assertEquals(0, store.count(RecordKind.QUEUED));
    }

    @Test
    public void whatWasNotAcknowledgedIsSentAgainUnderItsIdentifier() throws Exception {
        subscriber(Qos.AT_LEAST_ONCE);
        ClientConnection publisher = publisher();
        publish(publisher, "1", Qos.AT_LEAST_ONCE, 1, false);
        publish(publisher, "2", Qos.AT_LEAST_ONCE, 2, false);
        crash();
        broker.connect(sub, "sub", false, 60);
        List<ServerPacket> sent = sub.sent();
        OutboundPublish second = (OutboundPublish) sent.get(2);
        assertEquals("2", Deliveries.text(second.message()));
        assertEquals(2, second.packetId());
        assertTrue(second.duplicate());
    }

    @Test
    public void aRepeatedQos2MessageIsKnown() throws Exception {
        subscriber(Qos.AT_LEAST_ONCE).closed();
        publish(publisher(), "1", Qos.EXACTLY_ONCE, 7, false);
        crash();
        ClientConnection publisher = publisher();
        publish(publisher, "1", Qos.EXACTLY_ONCE, 7, true);
        assertEquals(List.of(ack(Acknowledgement.Type.PUBREC, 7)), pub.sent());
        publisher.acknowledge(ack(Acknowledgement.Type.PUBREL, 7));
        assertEquals(List.of(ack(Acknowledgement.Type.PUBCOMP, 7)), pub.sent());
        crash();
        publish(publisher(), "2", Qos.EXACTLY_ONCE, 7, false);
        broker.connect(sub, "sub", false, 60);
        assertEquals(List.of("1", "2"), sub.payloads());
    }

    @Test
    public void aQos2MessageIsSentWhenItsIdentifierIsStored() {
        subscriber(Qos.EXACTLY_ONCE);
        ClientConnection publisher = publisher();
        store.waits(true);
        publish(publisher, "1", Qos.EXACTLY_ONCE, 1, false);
        assertEquals(List.of(), sub.payloads());
        store.store();
        sub.run();
        assertEquals(List.of("1"), sub.payloads());
    }

    @Test
    public void whatHasLostItsMessageLeavesNoRecord() throws Exception {
        ClientConnection subscriber = subscriber(Qos.AT_LEAST_ONCE);
        FakeLink other = new FakeLink();
        BrokerFixture.subscribe(broker.connect(other, "other", false, 60), "t", Qos.AT_LEAST_ONCE);
        publish(publisher(), "1", Qos.AT_LEAST_ONCE, 1, false);
        subscriber.closed();
        assertTrue(store.count(RecordKind.EXCHANGE) > 0);
        store.records().keySet().removeIf(key -> key.kind() == RecordKind.MESSAGE);
        crash();
        assertEquals(0, store.count(RecordKind.QUEUED) + store.count(RecordKind.EXCHANGE));
        broker.connect(sub, "sub", false, 60);
        assertEquals(List.of(), sub.payloads());
    }

    @Test
    public void messagesWithAndWithoutRecordsOfTheirOwnComeInOrder() throws Exception {
        subscriber(Qos.AT_LEAST_ONCE).closed();
        ClientConnection publisher = publisher();
        List<String> texts = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            FakeLink other = new FakeLink();
            ClientConnection second = broker.connect(other, "other", false, 60);
            if (i % 2 == 0) {
                BrokerFixture.subscribe(second, "t", Qos.AT_LEAST_ONCE);
            } else {
                second.unsubscribe(new Unsubscribe(9, List.of("t")));
            }
            second.closed();
            texts.add(Integer.toString(i));
            publish(publisher, texts.get(i - 1), Qos.AT_LEAST_ONCE, i, false);
        }
        assertTrue(store.count(RecordKind.MESSAGE) > 0);
        crash();
        broker.connect(sub, "sub", false, 60);
        assertEquals("as many as it may have at once", texts.subList(0, 3), sub.payloads());
        crash();
        ClientConnection back = broker.connect(sub, "sub", false, 60);
        List<String> came = new ArrayList<>();
        for (int id = 1; id <= texts.size(); id++) {
            came.addAll(sub.payloads());
            back.acknowledge(ack(Acknowledgement.Type.PUBACK, id));
        }
        assertEquals(texts, came);
    }

    @Test
    public void aReleasedMessageIsNotSentAgain() throws Exception {
        ClientConnection subscriber = subscriber(Qos.EXACTLY_ONCE);
        publish(publisher(), "1", Qos.EXACTLY_ONCE, 1, false);
        sub.sent();
        store.waits(true);
        subscriber.acknowledge(ack(Acknowledgement.Type.PUBREC, 1));
        assertEquals(List.of(), sub.sent());
        store.store();
        sub.run();
        assertEquals(List.of(ack(Acknowledgement.Type.PUBREL, 1)), sub.sent());
        crash();
        ClientConnection back = broker.connect(sub, "sub", false, 60);
        assertEquals(List.of(ack(Acknowledgement.Type.PUBREL, 1)), sub.sent().subList(1, 2));
        back.acknowledge(ack(Acknowledgement.Type.PUBCOMP, 1));
        assertEquals(0, store.count(RecordKind.EXCHANGE));
    }

    @Test
    public void aMessageForSeveralIsStoredOnceAndGoesWithTheLast() throws Exception {
        FakeLink other = new FakeLink();
        ClientConnection second = broker.connect(other, "other", false, 60);
        BrokerFixture.subscribe(second, "t", Qos.AT_LEAST_ONCE);
        ClientConnection first = subscriber(Qos.AT_LEAST_ONCE);
        publish(publisher(), "1", Qos.AT_LEAST_ONCE, 1, false);
        other.run();
        assertEquals(List.of("1"), other.payloads());
        assertEquals(1, store.count(RecordKind.MESSAGE));
        first.acknowledge(ack(Acknowledgement.Type.PUBACK, 1));
        assertEquals(1, store.count(RecordKind.MESSAGE));
        crash();
        second = broker.connect(other, "other", false, 60);
        assertEquals(List.of("1"), other.payloads());
        second.acknowledge(ack(Acknowledgement.Type.PUBACK, 1));
        assertEquals(
                0, store.count(RecordKind.MESSAGE) + store.count(RecordKind.QUEUED) + store.count(RecordKind.EXCHANGE));
    }

    @Test
    public void retainedMessagesSurviveUntilTheyAreDeleted() throws Exception {
        broker.retain("kept", "1", Qos.AT_LEAST_ONCE);
        broker.retain("gone", "1", Qos.AT_LEAST_ONCE);
        broker.retain("gone", "", Qos.AT_LEAST_ONCE);
        broker.retain("kept", "2", Qos.AT_LEAST_ONCE);
        crash();
        BrokerFixture.subscribe(broker.connect(sub, "sub", true, 0), "#", Qos.AT_MOST_ONCE);
        assertEquals(List.of("2"), sub.payloads());
        assertEquals(1, store.count(RecordKind.RETAINED));
    }

    @Test
    public void expiryGoesOnWhileTheBrokerIsAway() throws Exception {
        subscriber(Qos.AT_LEAST_ONCE).closed();
        PublishProperties expiring = new PublishProperties(
                false, OptionalLong.of(10), Optional.empty(), Optional.empty(), Optional.empty(), List.of());
        broker.state()
                .publish(new Message(
                        new TopicName("t"), ByteBuffer.wrap(new byte[] {'1'}), Qos.AT_LEAST_ONCE, false, expiring));
        broker.publish("t", "2", Qos.AT_LEAST_ONCE);
        crash(11);
        broker.connect(sub, "sub", false, 60);
        assertEquals(List.of("2"), sub.payloads());
    }

    @Test
    public void aSessionThatEndsLeavesNoRecord() {
        ClientConnection subscriber = subscriber(Qos.EXACTLY_ONCE);
        ClientConnection publisher = publisher();
        for (int id = 1; id <= 4; id++) {
            publish(publisher, "x", Qos.EXACTLY_ONCE, id, false);
        }
        subscriber.closed();
        broker.connect(new FakeLink(), "sub", true, 0).closed();
        broker.connect(new FakeLink(), "pub", true, 0).closed();
        assertEquals(
                List.of(new RecordKey(RecordKind.SCHEMA, 0, 0)),
                List.copyOf(store.records().keySet()));
    }

    @Test
    public void theWillOfAClientThatTheBrokersEndCutOffIsPublished() throws Exception {
        subscriber(Qos.AT_LEAST_ONCE);
        Message last = Message.of(new TopicName("t"), new byte[] {'w'}, Qos.AT_LEAST_ONCE);
        broker.connect(pub, "pub", true, 60, Optional.of(new Will(last, 0)));
        crash();
        broker.timerRuns();
        broker.connect(sub, "sub", false, 60);
        assertEquals(List.of("w"), sub.payloads());
        crash();
        broker.timerRuns();
        broker.connect(sub, "sub", false, 60);
        assertEquals("sent again, and not published again", List.of("w"), sub.payloads());
    }

    @Test
    public void whoCannotBeStoredIsToldSo() {
        subscriber(Qos.AT_LEAST_ONCE).closed();
        ClientConnection publisher = publisher();
        store.fails(true);
        publish(publisher, "1", Qos.AT_LEAST_ONCE, 1, false);
        Acknowledgement answer = (Acknowledgement) pub.sent().get(0);
        assertEquals(ReasonCode.UNSPECIFIED_ERROR, answer.reasonCode());
        store.fails(false);
        publish(publisher, "1", Qos.AT_LEAST_ONCE, 1, false);
        assertEquals(List.of(ack(Acknowledgement.Type.PUBACK, 1)), pub.sent());
    }

    @Test
    public void aSubscriptionThatCannotBeStoredEndsTheConnection() {
        ClientConnection connection = broker.connect(sub, "sub", false, 60);
        store.fails(true);
        BrokerFixture.subscribe(connection, "t", Qos.AT_LEAST_ONCE);
        assertTrue(sub.isClosed());
    }

    @Test
    public void recordsOfAnotherVersionAreRefused() {
        var unused = store.write(List.of(Change.put(new RecordKey(RecordKind.SCHEMA, 0, 0), new byte[] {9})));
        assertThrows(IOException.class, () -> BrokerFixture.on(store));
    }
}
