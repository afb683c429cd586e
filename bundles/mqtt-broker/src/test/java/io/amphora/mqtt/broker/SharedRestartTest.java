// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.Connack;
import io.amphora.mqtt.Disconnect;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.Unsubscribe;
import io.amphora.mqtt.spi.SessionStore.RecordKey;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.Test;

/** Who gets the messages of a shared subscription after the broker has ended at any moment. */
public final class SharedRestartTest extends Crashes {

    private static final String FILTER = "$share/g/t";

    private FakeLink linkA;
    private FakeLink linkB;

    @Override
    void connectAnew() {
        linkA = new FakeLink();
        linkB = new FakeLink();
    }

    private ClientConnection member(FakeLink link, String id) {
        ClientConnection connection = broker.connect(link, id, false, 60);
        BrokerFixture.subscribe(connection, FILTER, Qos.EXACTLY_ONCE);
        link.run();
        return connection;
    }

    @Test
    public void whoConnectsGetsWhatWaitsWithTheAbsent() throws Exception {
        member(linkB, "b").closed();
        member(linkA, "a");
        broker.publish("t", "begun", Qos.AT_LEAST_ONCE);
        linkA.run();
        assertEquals(List.of("begun"), linkA.payloads());
        linkA.writable(false);
        broker.publish("t", "1", Qos.AT_LEAST_ONCE);
        broker.publish("t", "2", Qos.EXACTLY_ONCE);
        linkA.run();
        crash();
        broker.connect(linkB, "b", false, 60);
        linkB.run();
        assertEquals(List.of("begun", "1", "2"), linkB.payloads());
        broker.connect(linkA, "a", false, 60);
        assertEquals(List.of(), linkA.payloads());
        crash();
        broker.connect(linkB, "b", false, 60);
        assertEquals("they are b's now", List.of("begun", "1", "2"), linkB.payloads());
    }

    @Test
    public void aQos2MessageThatHasBegunIsCompletedByItsMember() throws Exception {
        member(linkB, "b").closed();
        member(linkA, "a");
        broker.publish("t", "1", Qos.EXACTLY_ONCE);
        linkA.run();
        assertEquals(List.of("1"), linkA.payloads());
        crash();
        broker.connect(linkB, "b", false, 60);
        linkB.run();
        assertEquals(List.of(), linkB.payloads());
        broker.connect(linkA, "a", false, 60);
        assertEquals(List.of("1"), linkA.payloads());
    }

    @Test
    public void whatHasNoGroupAnyMoreIsForWhoeverMakesItAgain() throws Exception {
        ClientConnection a = member(linkA, "a");
        linkA.writable(false);
        broker.publish("t", "1", Qos.AT_LEAST_ONCE);
        a.unsubscribe(new Unsubscribe(2, List.of(FILTER)));
        crash();
        broker.connect(linkA, "a", false, 60).closed();
        assertEquals("it may have it as well", List.of("1"), linkA.payloads());
        crash();
        member(linkB, "b");
        assertEquals(List.of("1"), linkB.payloads());
        broker.connect(linkA, "a", false, 60);
        assertEquals(List.of(), linkA.payloads());
    }

    @Test
    public void aMessageIsWithOneMemberWheneverTheProcessEnds() throws Exception {
        for (int writes = 0; writes < 8; writes++) {
            store = new MemoryStore();
            crash();
            member(linkA, "a").closed();
            broker.publish("t", "1", Qos.EXACTLY_ONCE);
            store.waits(true);
            member(linkB, "b");
            store.store(writes);
            crash();
            assertEquals("after " + writes, 1, store.count(RecordKind.QUEUED));
        }
    }

    @Test
    public void whoIsNotStoredIsSentNothingThatAnotherMemberMayStillHave() throws Exception {
        for (Qos qos : List.of(Qos.EXACTLY_ONCE, Qos.AT_MOST_ONCE)) {
            member(linkA, "a").closed();
            broker.publish("t", "1", Qos.EXACTLY_ONCE);
            store.waits(true);
            BrokerFixture.subscribe(broker.connect(linkB, "b", true, 0), FILTER, qos);
            linkB.run();
            assertEquals(List.of(), linkB.payloads());
            store.store();
            linkB.run();
            assertEquals(List.of("1"), linkB.payloads());
            crash();
            broker.connect(linkA, "a", false, 60);
            assertEquals(List.of(), linkA.payloads());
            linkA = new FakeLink();
        }
    }

    @Test
    public void whatWasGivenAwayLeavesNoRecord() throws Exception {
        member(linkA, "a").closed();
        broker.publish("t", "1", Qos.AT_LEAST_ONCE);
        crash();
        ClientConnection b = member(linkB, "b");
        assertEquals(List.of("1"), linkB.payloads());
        b.acknowledge(Acknowledgement.success(Acknowledgement.Type.PUBACK, 1));
        assertEquals(0, store.count(RecordKind.QUEUED) + store.count(RecordKind.EXCHANGE));
    }

    @Test
    public void whatAnEndedSessionHasForOthersSurvives() throws Exception {
        ClientConnection a = member(linkA, "a");
        broker.publish("t", "begun", Qos.AT_LEAST_ONCE);
        linkA.run();
        linkA.writable(false);
        broker.publish("t", "1", Qos.EXACTLY_ONCE);
        member(linkB, "b").closed();
        a.disconnect(new Disconnect(ReasonCode.NORMAL_DISCONNECTION, Optional.empty(), OptionalLong.of(0)));
        crash();
        broker.connect(linkA, "a", false, 60);
        assertFalse("it has ended", ((Connack) linkA.sent().get(0)).sessionPresent());
        ClientConnection b = broker.connect(linkB, "b", false, 60);
        linkB.run();
        assertEquals(List.of("begun", "1"), linkB.payloads());
        b.acknowledge(Acknowledgement.success(Acknowledgement.Type.PUBACK, 1));
        b.acknowledge(Acknowledgement.success(Acknowledgement.Type.PUBREC, 2));
        b.acknowledge(Acknowledgement.success(Acknowledgement.Type.PUBCOMP, 2));
        assertEquals(0, store.count(RecordKind.QUEUED) + store.count(RecordKind.EXCHANGE));
        assertEquals("one for each client", 2, store.count(RecordKind.SESSION));
    }

    private static void end(ClientConnection connection) {
        connection.disconnect(new Disconnect(ReasonCode.NORMAL_DISCONNECTION, Optional.empty(), OptionalLong.of(0)));
    }

    @Test
    public void aSessionWhoseEndCouldNotBeStoredIsNotFoundAgain() throws Exception {
        member(linkB, "b").closed();
        ClientConnection a = member(linkA, "a");
        store.fails(true);
        end(a);
        store.fails(false);
        linkA.writable(false);
        a = member(linkA, "a");
        broker.publish("t", "1", Qos.AT_LEAST_ONCE);
        end(a);
        crash();
        assertEquals(1, broker.state().sessions().size());
        broker.connect(linkA, "a", false, 60);
        assertFalse(((Connack) linkA.sent().get(0)).sessionPresent());
        broker.connect(linkB, "b", false, 60);
        linkB.run();
        assertEquals(List.of("1"), linkB.payloads());
    }

    @Test
    public void noPublisherIsToldBeforeTheLateMessageOfAnEndedSessionCanBeFoundAgain() throws Exception {
        member(linkB, "b").closed();
        ClientConnection a = member(linkA, "a");
        FakeLink link = new FakeLink();
        ClientConnection publisher = broker.connect(link, "publisher", true, 0);
        link.sent();
        store.waits(true);
        store.meanwhile(() -> end(a));
        publisher.publish(BrokerFixture.publish("t", "1", Qos.AT_LEAST_ONCE, 1));
        store.store(2);
        link.run();
        assertEquals("the session's end and the message are stored", List.of(), link.sent());
        store.store();
        link.run();
        assertEquals(1, link.sent().size());
        crash();
        broker.connect(linkB, "b", false, 60);
        linkB.run();
        assertEquals(List.of("1"), linkB.payloads());
    }

    @Test
    public void theLastWhoUnsubscribesForgetsWhatOnlyItsGroupRefersTo() {
        WeakReference<Session> ended = endedBeside("b");
        assertTrue(broker.state().sessions().census().queuedBytes() > 0);
        store.meanwhile(() -> {
            for (int i = 0; i < 20 && ended.get() != null; i++) {
                System.gc();
            }
        });
        broker.state().sessions().find(new ClientId("b")).orElseThrow().unsubscribe(new TopicFilter(FILTER));
        assertEquals(0, broker.state().sessions().census().queuedBytes());
        assertEquals(0, store.count(RecordKind.QUEUED));
    }

    /** A session that has ended, which a message waits with for a member that is not sent anything. */
    private WeakReference<Session> endedBeside(String other) {
        FakeLink link = new FakeLink();
        link.writable(false);
        ClientConnection a = member(link, "a");
        broker.publish("t", "1", Qos.AT_LEAST_ONCE);
        linkB.writable(false);
        member(linkB, other);
        end(a);
        return new WeakReference<>(a.session());
    }

    @Test
    public void whatAnEndedSessionHasIsWithOneMemberWheneverTheProcessEnds() throws Exception {
        for (int writes = 0; writes < 8; writes++) {
            store = new MemoryStore();
            crash();
            ClientConnection a = member(linkA, "a");
            broker.publish("t", "begun", Qos.AT_LEAST_ONCE);
            linkA.run();
            linkA.writable(false);
            broker.publish("t", "1", Qos.EXACTLY_ONCE);
            linkB.writable(false);
            ClientConnection b = member(linkB, "b");
            store.waits(true);
            end(a);
            linkB.writable(true);
            b.writable();
            linkB.run();
            store.store(writes);
            crash();
            assertEquals("after " + writes, 2, store.count(RecordKind.QUEUED));
            broker.connect(linkB, "b", false, 60);
            linkB.run();
            assertEquals("after " + writes, List.of("begun", "1"), linkB.payloads());
        }
    }

    @Test
    public void withTheLastMemberGoesWhatAnEndedSessionHad() throws Exception {
        ClientConnection a = member(linkA, "a");
        linkA.writable(false);
        broker.publish("t", "1", Qos.EXACTLY_ONCE);
        member(linkB, "b").closed();
        a.closed();
        broker.connect(linkA, "a", true, 0).closed();
        assertEquals(1, store.count(RecordKind.QUEUED));
        crash();
        broker.connect(linkB, "b", true, 0);
        assertEquals(
                List.of(new RecordKey(RecordKind.SCHEMA, 0, 0)),
                List.copyOf(store.records().keySet()));
    }
}
