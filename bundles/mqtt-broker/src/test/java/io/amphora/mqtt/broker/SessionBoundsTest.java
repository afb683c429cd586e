// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.Connack;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.Suback;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.Unsubscribe;
import io.amphora.mqtt.UserProperty;
import io.amphora.mqtt.Will;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.Rule;
import org.junit.Test;

/** Sessions take no more memory than their bounds allow: here 20,000 bytes each, 60,000 together. */
public final class SessionBoundsTest {

    @Rule
    public final BrokerFixture broker = new BrokerFixture(100);

    private final FakeLink link = new FakeLink();

    private long used() {
        return broker.state().sessionSpace().used();
    }

    private ReasonCode subscribed(ClientConnection connection, String filter) {
        link.sent();
        BrokerFixture.subscribe(connection, filter, Qos.AT_LEAST_ONCE);
        return ((Suback) link.sent().get(0)).reasonCodes().get(0);
    }

    private ReasonCode connected(String id, long expiry, Optional<Will> will) {
        link.sent();
        broker.connect(link, id, true, expiry, will);
        return ((Connack) link.sent().get(0)).reasonCode();
    }

    private static Will will(int size) {
        return new Will(Message.of(new TopicName("w"), new byte[size], Qos.AT_MOST_ONCE), 0);
    }

    @Test
    public void filtersOfOneSessionAreBoundedInBytes() {
        ClientConnection connection = broker.connect(link, "c", true, 0);
        assertEquals(ReasonCode.QUOTA_EXCEEDED, subscribed(connection, "f".repeat(5_000)));
        assertEquals(ReasonCode.GRANTED_QOS_1, subscribed(connection, "f".repeat(4_000)));
        assertEquals(ReasonCode.QUOTA_EXCEEDED, subscribed(connection, "g".repeat(4_000)));
        assertEquals("there already", ReasonCode.GRANTED_QOS_1, subscribed(connection, "f".repeat(4_000)));
        connection.unsubscribe(new Unsubscribe(1, List.of("f".repeat(4_000))));
        assertEquals(ReasonCode.GRANTED_QOS_1, subscribed(connection, "g".repeat(4_000)));
    }

    @Test
    public void levelsOfFiltersCountAsMemory() {
        ClientConnection connection = broker.connect(link, "c", true, 0);
        int granted = 0;
        while (subscribed(connection, granted + "/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16") == ReasonCode.GRANTED_QOS_1) {
            granted++;
        }
        assertTrue(granted + " filters", granted <= 20_000 / (16 * Footprint.LEVEL));
    }

    @Test
    public void sharedGroupsCountAsMemory() {
        ClientConnection connection = broker.connect(link, "c", true, 0);
        long before = used();
        subscribed(connection, "$share/group/f");
        assertTrue(used() - before >= 640);
    }

    @Test
    public void sessionsTogetherAreBoundedInBytes() {
        int clients = 0;
        while (connected("c".repeat(1_000) + clients, 60, Optional.empty()) == ReasonCode.SUCCESS) {
            clients++;
        }
        assertTrue(clients + " clients", clients < 60_000 / 2_000);
        assertTrue(used() + " bytes", used() <= 60_000);
        assertEquals("a known one", ReasonCode.SUCCESS, connected("c".repeat(1_000) + 0, 60, Optional.empty()));
    }

    @Test
    public void willsAreBoundedInBytes() {
        assertEquals(ReasonCode.QUOTA_EXCEEDED, connected("a", 60, Optional.of(will(20_000))));
        assertEquals(ReasonCode.SUCCESS, connected("a", 60, Optional.of(will(15_000))));
        assertEquals(ReasonCode.SUCCESS, connected("b", 60, Optional.of(will(15_000))));
        assertEquals(ReasonCode.SUCCESS, connected("c", 60, Optional.of(will(15_000))));
        assertEquals(ReasonCode.QUOTA_EXCEEDED, connected("d", 60, Optional.of(will(15_000))));
        assertEquals(ReasonCode.SUCCESS, connected("c", 60, Optional.empty()));
        assertEquals(ReasonCode.SUCCESS, connected("d", 60, Optional.of(will(15_000))));
    }

    @Test
    public void whatEndsIsGivenBack() {
        FakeLink other = new FakeLink();
        ClientConnection first = broker.connect(link, "a", true, 0, Optional.of(will(5_000)));
        ClientConnection second = broker.connect(other, "b", true, 60, Optional.of(will(5_000)));
        BrokerFixture.subscribe(first, "a/b/c", Qos.AT_LEAST_ONCE);
        BrokerFixture.subscribe(second, "$share/g/a/b/c", Qos.AT_LEAST_ONCE);
        publish(first, Qos.EXACTLY_ONCE, 1);
        first.closed();
        second.closed();
        broker.connect(other, "b", true, 0).closed();
        assertEquals(0, used());
    }

    @Test
    public void receivedIdentifiersAreBoundedOverConnections() {
        ReasonCode code = ReasonCode.SUCCESS;
        int id = 0;
        while (!code.isError()) {
            ClientConnection connection = broker.connect(link, "c", false, 60);
            link.sent();
            for (int i = 0; i < 4 && !code.isError(); i++) {
                id++;
                code = publish(connection, Qos.EXACTLY_ONCE, id);
            }
            connection.closed();
        }
        assertEquals(ReasonCode.QUOTA_EXCEEDED, code);
        assertTrue(id + " identifiers", id <= 20_000 / Footprint.RECEIVED_ID);
        ClientConnection older = broker.connect311(link, "c");
        int next = id;
        assertEquals(
                ReasonCode.QUOTA_EXCEEDED,
                assertThrows(MqttProtocolException.class, () -> publish(older, Qos.EXACTLY_ONCE, next))
                        .reasonCode());
    }

    private ReasonCode publish(ClientConnection connection, Qos qos, int id) {
        link.sent();
        var unused = connection.publish(BrokerFixture.publish("nobody", "x", qos, id));
        return ((Acknowledgement) link.sent().get(0)).reasonCode();
    }

    @Test
    public void propertiesOfMessagesCount() {
        List<UserProperty> many = Collections.nCopies(1_000, new UserProperty("", ""));
        PublishProperties properties = new PublishProperties(
                false,
                OptionalLong.empty(),
                Optional.of("t".repeat(1_000)),
                Optional.of(new TopicName("r".repeat(1_000))),
                Optional.of(ByteBuffer.allocate(1_000)),
                many);
        Message message = new Message(new TopicName("t"), ByteBuffer.allocate(0), Qos.AT_LEAST_ONCE, false, properties);
        assertTrue(Footprint.of(message) >= 100 * 1_000 + 3 * 1_000);
    }

    @Test
    public void identifiersOfSubscriptionsCount() {
        Message message = Message.of(new TopicName("t"), new byte[0], Qos.AT_LEAST_ONCE);
        Delivery delivery = new Delivery(
                new Delivery.Arrival(message, 0), Qos.AT_LEAST_ONCE, false, Collections.nCopies(1_000, 268_435_455));
        assertTrue(delivery.size() >= 20_000);
    }

    @Test
    public void whatIsNotAcknowledgedIsBoundedInBytes() {
        ClientConnection subscriber = broker.connect(link, "c", true, 60);
        subscribed(subscriber, "t");
        link.sent();
        String large = "x".repeat(130_000); // of 250,000 bytes that may wait
        for (int sent = 1; sent >= 0; sent--) {
            broker.publish("t", large, Qos.AT_LEAST_ONCE);
            link.run();
            assertEquals(sent, link.payloads().size());
        }
        subscriber.acknowledge(Acknowledgement.success(Acknowledgement.Type.PUBACK, 1));
        link.run();
        assertEquals(1, link.payloads().size());
    }

    @Test
    public void allQueuesTogetherAreBoundedAlsoWhereEachHoldsOneMessage() {
        String large = "x".repeat(240_000); // of 2,500,000 bytes for all, and a quarter
        for (int i = 0; i < 50; i++) {
            ClientConnection subscriber = broker.connect(new FakeLink(), "c" + i, true, 60);
            BrokerFixture.subscribe(subscriber, "t" + i, Qos.AT_LEAST_ONCE);
            broker.publish("t" + i, large, Qos.AT_LEAST_ONCE);
        }
        long queued = broker.state().sessions().census().queuedBytes();
        assertTrue(queued + " bytes", queued <= 3_125_000);
    }

    @Test
    public void whatIsNotAcknowledgedCountsForAllUntilItIs() {
        ClientConnection subscriber = broker.connect(link, "c", true, 60);
        subscribed(subscriber, "t");
        broker.publish("t", "1", Qos.EXACTLY_ONCE);
        link.run();
        assertTrue(broker.state().sessions().census().queuedBytes() > 0);
        subscriber.acknowledge(Acknowledgement.success(Acknowledgement.Type.PUBACK, 1));
        assertEquals(0, broker.state().sessions().census().queuedBytes());
    }
}
