// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.Disconnect;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;

/** A subscriber that does not keep up, whose queue holds four messages: what is lost, who waits, and how long. */
public final class SlowSubscriberTest {

    private final FakeLink slow = new FakeLink();
    private final FakeLink publisher = new FakeLink();

    @Rule
    public final BrokerFixture broker = new BrokerFixture(BrokerSettings.SlowSubscriber.BLOCK);

    private ClientConnection subscriber(BrokerFixture at) {
        ClientConnection connection = at.connect(slow, "slow", false, 60);
        BrokerFixture.subscribe(connection, "t", Qos.AT_LEAST_ONCE);
        slow.writable(false);
        slow.sent();
        return connection;
    }

    private void publish(BrokerFixture at, int from, int to) {
        ClientConnection connection = at.connect(publisher, "publisher", true, 0);
        publisher.sent();
        for (int id = from; id <= to; id++) {
            var unused = connection.publish(BrokerFixture.publish("t", Integer.toString(id), Qos.AT_LEAST_ONCE, id));
        }
    }

    private List<Integer> acknowledged() {
        return publisher.sent().stream()
                .map(packet -> ((Acknowledgement) packet).packetId())
                .toList();
    }

    @Test
    public void thePublisherWaitsForRoomAndNothingIsLost() {
        ClientConnection subscriber = subscriber(broker);
        publish(broker, 1, 6);
        assertEquals(List.of(1, 2, 3, 4), acknowledged());
        slow.writable(true);
        subscriber.writable();
        assertEquals(List.of("1", "2", "3"), slow.payloads());
        publisher.run();
        assertEquals("a quarter of the queue is free", List.of(5, 6), acknowledged());
        for (int id = 1; id <= 3; id++) {
            subscriber.acknowledge(Acknowledgement.success(Acknowledgement.Type.PUBACK, id));
        }
        assertEquals(List.of("4", "5", "6"), slow.payloads());
        assertEquals(0, subscriber.session().drops().count());
    }

    @Test
    public void whoIsSlowForTooLongIsDisconnectedAndItsSessionKeepsAll() throws Exception {
        BrokerFixture impatient = new BrokerFixture(BrokerSettings.SlowSubscriber.BLOCK, 0, Rates.UNLIMITED);
        try {
            ClientConnection subscriber = subscriber(impatient);
            publish(impatient, 1, 5);
            assertEquals(List.of(1, 2, 3, 4), acknowledged());
            impatient.timerRuns();
            slow.run();
            assertEquals(ReasonCode.QUOTA_EXCEEDED, ((Disconnect) slow.sent().get(0)).reasonCode());
            assertTrue(slow.isClosed());
            publisher.run();
            assertEquals(List.of(5), acknowledged());
            FakeLink again = new FakeLink();
            ClientConnection back = impatient.connect(again, "slow", false, 60);
            assertEquals(List.of("1", "2", "3"), again.payloads());
            back.acknowledge(Acknowledgement.success(Acknowledgement.Type.PUBACK, 1));
            back.acknowledge(Acknowledgement.success(Acknowledgement.Type.PUBACK, 2));
            assertEquals(List.of("4", "5"), again.payloads());
            assertEquals(0, subscriber.session().drops().count());
        } finally {
            impatient.after();
        }
    }

    @Test
    public void qos0IsDroppedAndCounted() {
        ClientConnection subscriber = subscriber(broker);
        for (int i = 0; i < 6; i++) {
            broker.publish("t", "x", Qos.AT_MOST_ONCE);
        }
        assertEquals(2, subscriber.session().drops().count());
        assertEquals(2, broker.state().counts().droppedMessages());
        slow.run();
        assertFalse(slow.isClosed());
    }

    @Test
    public void nobodyWaitsForAClientThatIsNotConnected() {
        ClientConnection subscriber = subscriber(broker);
        subscriber.closed();
        publish(broker, 1, 5);
        assertEquals(List.of(1, 2, 3, 4, 5), acknowledged());
        assertEquals(1, subscriber.session().drops().count());
    }

    @Test
    public void anotherConnectionOfTheSubscriberInheritsItsSlowness() {
        subscriber(broker);
        publish(broker, 1, 5);
        assertEquals(List.of(1, 2, 3, 4), acknowledged());
        FakeLink next = new FakeLink();
        broker.connect(next, "slow", false, 60);
        publisher.run();
        assertEquals(List.of(5), acknowledged());
    }

    @Test
    public void amongTheMembersOfAGroupWhoKeepsUpGetsTheMessage() {
        FakeLink quick = new FakeLink();
        ClientConnection member = broker.connect(slow, "slow", true, 0);
        BrokerFixture.subscribe(member, "$share/g/t", Qos.AT_LEAST_ONCE);
        BrokerFixture.subscribe(broker.connect(quick, "quick", true, 0), "$share/g/t", Qos.AT_MOST_ONCE);
        slow.writable(false);
        for (int i = 0; i < 20; i++) {
            broker.publish("t", "x", Qos.AT_LEAST_ONCE);
            quick.run();
        }
        assertTrue(member.session().isFull());
        assertEquals(
                "all but four and the one that found the queue full",
                15,
                quick.payloads().size());
    }
}
