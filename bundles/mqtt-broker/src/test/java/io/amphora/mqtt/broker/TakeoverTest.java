// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.Connack;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ServerPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.Rule;
import org.junit.Test;

/** How much of what waits with absent members of a group a session takes over, and when. The queues hold four messages. */
public final class TakeoverTest {

    private static final String FILTER = "$share/g/t";

    @Rule
    public final BrokerFixture broker = new BrokerFixture(BrokerSettings.SlowSubscriber.DROP);

    private final FakeLink link = new FakeLink();

    private static ClientConnection member(BrokerFixture at, FakeLink on, String id, Qos qos) {
        ClientConnection connection = at.connect(on, id, false, 60);
        BrokerFixture.subscribe(connection, FILTER, qos);
        on.sent();
        return connection;
    }

    /** A member that takes nothing over before it leaves, and that some messages of its own wait for. */
    private void absent(String id, int own) {
        FakeLink gone = new FakeLink();
        gone.writable(false);
        ClientConnection member = member(broker, gone, id, Qos.AT_LEAST_ONCE);
        BrokerFixture.subscribe(member, "own/" + id, Qos.AT_LEAST_ONCE);
        member.closed();
        for (int i = 0; i < own; i++) {
            broker.publish("own/" + id, "own", Qos.AT_LEAST_ONCE);
        }
    }

    private void publish(int count) {
        for (int i = 1; i <= count; i++) {
            broker.publish("t", Integer.toString(i), Qos.AT_LEAST_ONCE);
        }
    }

    /** Acknowledges all that comes, and returns it. */
    private List<String> receiveAll(ClientConnection connection, String id) {
        List<String> received = new ArrayList<>();
        link.run();
        for (List<ServerPacket> sent = link.sent(); !sent.isEmpty(); sent = link.sent()) {
            for (ServerPacket packet : sent) {
                if (packet instanceof OutboundPublish publish) {
                    received.add(Deliveries.text(publish.message()));
                    connection.acknowledge(Acknowledgement.success(Acknowledgement.Type.PUBACK, publish.packetId()));
                    assertTrue("its bound holds", broker.queued(id) <= 4);
                }
            }
            link.run();
        }
        return received;
    }

    @Test
    public void theQueueTakesOverNoMoreThanItMayHold() {
        absent("a", 0);
        absent("b", 0);
        absent("c", 0);
        publish(12);
        ClientConnection c = broker.connect(link, "c", false, 60);
        link.run();
        assertEquals("three were sent, and a quarter is left to what is published", 3, broker.queued("c"));
        assertEquals("the rest stays", 6, broker.queued("a") + broker.queued("b"));
        assertEquals(List.of("3", "6", "9", "12", "1", "4", "7", "10", "2", "5", "8", "11"), receiveAll(c, "c"));
        assertEquals(0, broker.queued("a") + broker.queued("b"));
    }

    @Test
    public void theBytesCountToo() {
        absent("a", 0);
        for (int i = 0; i < 3; i++) {
            broker.publish("t", "x".repeat(3_000), Qos.AT_LEAST_ONCE);
        }
        absent("b", 3);
        broker.connect(link, "b", false, 60);
        link.run();
        assertEquals(List.of("own", "own", "own"), link.payloads());
        assertEquals("three would be more than three quarters of 10,000 bytes", 2, broker.queued("b"));
        assertEquals(1, broker.queued("a"));
    }

    @Test
    public void theNextOneWhoConnectsGetsTheRest() {
        absent("a", 0);
        publish(4);
        absent("b", 3);
        broker.connect(link, "b", false, 60);
        link.run();
        assertEquals(1, broker.queued("a"));
        FakeLink next = new FakeLink();
        member(broker, next, "c", Qos.AT_LEAST_ONCE);
        next.run();
        assertEquals(List.of("4"), next.payloads());
    }

    @Test
    public void whoIsNotSentAnythingTakesNothingOver() {
        absent("a", 0);
        publish(4);
        absent("b", 0);
        link.writable(false);
        ClientConnection b = broker.connect(link, "b", false, 60);
        link.run();
        assertEquals(4, broker.queued("a"));
        link.writable(true);
        b.writable();
        assertEquals(List.of("1", "2", "3", "4"), receiveAll(b, "b"));
    }

    @Test
    public void anEndedSessionKeepsItsMessagesForTheOthers() {
        FakeLink linkA = new FakeLink();
        ClientConnection a = broker.connect(linkA, "a", false, 0);
        BrokerFixture.subscribe(a, FILTER, Qos.AT_LEAST_ONCE);
        publish(3);
        linkA.run();
        assertEquals(3, linkA.payloads().size());
        publish(4);
        assertEquals(4, broker.queued("a"));
        absent("b", 0);
        a.closed();
        publish(4);
        assertEquals("it is no longer there", 1, broker.state().sessions().size());
        ClientConnection b = broker.connect(link, "b", false, 60);
        assertEquals(List.of("1", "2", "3", "4", "1", "2", "3", "1", "2", "3", "4"), receiveAll(b, "b"));
    }

    @Test
    public void whatEndedSessionsHadSentCountsAndIsBounded() throws Exception {
        BrokerFixture large = BrokerFixture.on(new MemoryStore(), 20, 4, 0);
        try {
            ClientConnection b = large.connect(new FakeLink(), "b", false, 60);
            BrokerFixture.subscribe(b, FILTER, Qos.AT_LEAST_ONCE);
            b.closed();
            for (ClientConnection sender : senders(large, 9)) {
                sender.closed();
            }
            long size = 20_000 + 1 + 128;
            assertEquals(
                    "of 100,000", 4 * size, large.state().sessions().census().queuedBytes());
            assertEquals(6, large.state().counts().droppedMessages());
        } finally {
            large.after();
        }
    }

    /** Members of the group that have been sent a message each, and have acknowledged none. */
    private static List<ClientConnection> senders(BrokerFixture large, int count) {
        List<FakeLink> links = new ArrayList<>();
        List<ClientConnection> senders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            links.add(new FakeLink());
            senders.add(large.connect(links.get(i), "s" + i, false, 0));
            BrokerFixture.subscribe(senders.get(i), FILTER, Qos.AT_LEAST_ONCE);
        }
        for (int i = 0; i <= count; i++) { // one more, since the first member has two turns: its own and that of b
            large.publish("t", "x".repeat(20_000), Qos.AT_LEAST_ONCE);
        }
        for (FakeLink link : links) {
            link.run();
            assertEquals(1, link.payloads().size());
        }
        return senders;
    }

    @Test
    public void withoutAMemberNothingIsKeptOfAnEndedSession() {
        FakeLink linkA = new FakeLink();
        ClientConnection a = broker.connect(linkA, "a", false, 0);
        BrokerFixture.subscribe(a, FILTER, Qos.AT_LEAST_ONCE);
        publish(4);
        absent("b", 0);
        a.closed();
        assertTrue(broker.state().sessions().census().queuedBytes() > 0);
        broker.connect(new FakeLink(), "b", true, 0);
        assertEquals(0, broker.state().sessions().census().queuedBytes());
    }

    @Test
    public void noTurnOfTheEventLoopTakesOverMany() {
        int all = 10_000;
        BrokerFixture large = new BrokerFixture(all);
        try {
            FakeLink linkA = new FakeLink();
            ClientConnection a = member(large, linkA, "a", Qos.AT_LEAST_ONCE);
            linkA.writable(false);
            member(large, new FakeLink(), "b", Qos.AT_MOST_ONCE).closed();
            for (int i = 0; i < all; i++) {
                large.publish("t", Integer.toString(i), Qos.AT_LEAST_ONCE);
            }
            a.closed();
            large.connect(link, "b", false, 60);
            assertTrue(link.sent().get(0) instanceof Connack);
            List<String> received = new ArrayList<>();
            long left = all;
            do {
                long now = large.queued("a");
                assertTrue(left - now + " in one turn", left - now <= Takeover.MOST);
                left = now;
                received.addAll(link.payloads());
            } while (link.runOne());
            assertEquals(IntStream.range(0, all).mapToObj(Integer::toString).toList(), received);
        } finally {
            large.after();
        }
    }
}
