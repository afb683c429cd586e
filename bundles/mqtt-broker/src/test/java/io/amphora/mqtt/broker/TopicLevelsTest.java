// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.Connack;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.Publish;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.Suback;
import io.amphora.mqtt.SubscriptionOptions;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.Unsuback;
import io.amphora.mqtt.Unsubscribe;
import io.amphora.mqtt.Will;
import io.amphora.mqtt.spi.SessionStore.Change;
import io.amphora.mqtt.spi.SessionStore.RecordKey;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.Test;

/** Topics with more levels than {@code maximum_topic_levels} are refused, and dropped from the store. */
public final class TopicLevelsTest extends Crashes {

    private static final String MOST = "l/".repeat(BrokerFixture.BOUNDS.topicLevels() - 1) + "l";
    private static final String TOO_DEEP = MOST + "/l";
    private static final SubscriptionOptions OPTIONS = SubscriptionOptions.of(Qos.AT_LEAST_ONCE);

    private FakeLink link;

    @Override
    void connectAnew() {
        link = new FakeLink();
    }

    private ClientConnection connection() {
        ClientConnection connection = broker.connect(link, "c", false, 60);
        link.sent();
        return connection;
    }

    private ReasonCode subscribed(ClientConnection connection, String filter) {
        BrokerFixture.subscribe(connection, filter, Qos.AT_LEAST_ONCE);
        return ((Suback) link.sent().get(0)).reasonCodes().get(0);
    }

    @Test
    public void aFilterThatIsTooDeepIsRefused() {
        ClientConnection connection = connection();
        assertEquals(ReasonCode.GRANTED_QOS_1, subscribed(connection, MOST));
        assertEquals(ReasonCode.GRANTED_QOS_1, subscribed(connection, "$share/g/" + MOST));
        assertEquals(ReasonCode.TOPIC_FILTER_INVALID, subscribed(connection, TOO_DEEP));
        assertEquals(ReasonCode.TOPIC_FILTER_INVALID, subscribed(connection, "$share/g/" + TOO_DEEP));
        assertEquals(ReasonCode.TOPIC_FILTER_INVALID, subscribed(connection, "/".repeat(65_000)));
        assertEquals(2, broker.state().index().size());
    }

    @Test
    public void aFilterThatIsTooDeepCannotHaveBeenSubscribed() {
        ClientConnection connection = connection();
        connection.unsubscribe(new Unsubscribe(2, List.of(TOO_DEEP)));
        assertEquals(
                List.of(ReasonCode.NO_SUBSCRIPTION_EXISTED),
                ((Unsuback) link.sent().get(0)).reasonCodes());
    }

    @Test
    public void aMessageWhoseTopicIsTooDeepIsRefused() {
        ClientConnection connection = connection();
        assertEquals(ReasonCode.NO_MATCHING_SUBSCRIBERS, published(connection, MOST, Qos.AT_LEAST_ONCE));
        assertEquals(ReasonCode.TOPIC_NAME_INVALID, published(connection, TOO_DEEP, Qos.AT_LEAST_ONCE));
        assertEquals(ReasonCode.TOPIC_NAME_INVALID, published(connection, TOO_DEEP, Qos.EXACTLY_ONCE));
        assertEquals(ReasonCode.TOPIC_NAME_INVALID, closedFor(connection, Qos.AT_MOST_ONCE));
    }

    private ReasonCode published(ClientConnection connection, String topic, Qos qos) {
        var unused = connection.publish(BrokerFixture.publish(topic, "x", qos, 1));
        return ((Acknowledgement) link.sent().get(0)).reasonCode();
    }

    private static ReasonCode closedFor(ClientConnection connection, Qos qos) {
        Publish packet = BrokerFixture.publish(TOO_DEEP, "x", qos, qos == Qos.AT_MOST_ONCE ? 0 : 1);
        return assertThrows(MqttProtocolException.class, () -> connection.publish(packet))
                .reasonCode();
    }

    @Test
    public void aMessageWhoseTopicIsTooDeepEndsTheConnectionOfAnOlderClient() {
        ClientConnection older = broker.connect311(link, "c");
        assertEquals(ReasonCode.TOPIC_NAME_INVALID, closedFor(older, Qos.AT_MOST_ONCE));
        assertEquals(ReasonCode.TOPIC_NAME_INVALID, closedFor(older, Qos.AT_LEAST_ONCE));
        assertEquals(ReasonCode.TOPIC_NAME_INVALID, closedFor(older, Qos.EXACTLY_ONCE));
    }

    @Test
    public void aClientWhoseWillIsTooDeepIsRefused() {
        broker.connect(link, "c", true, 0, Optional.of(new Will(message(TOO_DEEP), 0)));
        assertEquals(ReasonCode.TOPIC_NAME_INVALID, ((Connack) link.sent().get(0)).reasonCode());
        assertTrue(link.isClosed());
        assertEquals(0, broker.state().sessions().size());
    }

    @Test
    public void whatAStoreHoldsBeyondTheBoundIsDroppedAndTheRestIsThere() throws Exception {
        String veryDeep = "/".repeat(65_000);
        store.records().clear();
        put(Persistence.schema(new BrokerClock.Reading(0, 0)));
        put(session(1, new Will(message(veryDeep), 0)));
        put(subscription(1, 2, MOST));
        put(subscription(1, 3, TOO_DEEP));
        put(subscription(1, 4, veryDeep));
        put(queued(1, 5, Optional.of(MOST)));
        put(queued(1, 6, Optional.of(veryDeep)));
        put(ownMessage(7, veryDeep));
        put(queued(1, 7, Optional.empty()));
        put(retained(8, MOST));
        put(retained(9, veryDeep));
        for (int number = 10; number < 40; number++) {
            put(subscription(1, number, TOO_DEEP + number));
        }

        crash();

        assertEquals(1, broker.state().index().size());
        assertEquals(1, broker.state().retained().count());
        assertEquals(1, broker.queued("c"));
        assertEquals(1, store.count(RecordKind.SUBSCRIPTION));
        assertEquals(1, store.count(RecordKind.QUEUED));
        assertEquals(0, store.count(RecordKind.MESSAGE));
        assertEquals(1, store.count(RecordKind.RETAINED));
        assertFalse(storedWill().isPresent());
    }

    private Optional<Will> storedWill() {
        byte[] record = store.records().get(new RecordKey(RecordKind.SESSION, 1, 0));
        return Records.OfSession.read(ByteBuffer.wrap(record)).will();
    }

    private void put(Change change) {
        store.records().put(change.key(), change.value().orElseThrow());
    }

    private static Message message(String topic) {
        return Message.of(new TopicName(topic), new byte[] {1}, Qos.AT_LEAST_ONCE);
    }

    private static Change session(long number, Will will) {
        return Persistence.session(number, new Records.OfSession(new ClientId("c"), 60, 1, Optional.of(will)));
    }

    private static Change subscription(long session, long number, String filter) {
        return Change.put(
                new RecordKey(RecordKind.SUBSCRIPTION, session, number),
                new Records.OfSubscription(new TopicFilter(filter), OPTIONS, OptionalInt.empty(), Optional.empty())
                        .bytes());
    }

    private static Change queued(long session, long number, Optional<String> topic) {
        return Change.put(
                new RecordKey(RecordKind.QUEUED, session, number),
                new Records.OfQueued(
                                Qos.AT_LEAST_ONCE,
                                false,
                                new ArrayList<>(),
                                topic.map(name -> new Records.OfMessage(message(name), 1)),
                                Optional.empty())
                        .bytes());
    }

    private static Change ownMessage(long number, String topic) {
        return Change.put(
                new RecordKey(RecordKind.MESSAGE, 0, number), new Records.OfMessage(message(topic), 1).bytes());
    }

    private static Change retained(long number, String topic) {
        return Change.put(
                new RecordKey(RecordKind.RETAINED, 0, number), new Records.OfMessage(message(topic), 1).bytes());
    }
}
