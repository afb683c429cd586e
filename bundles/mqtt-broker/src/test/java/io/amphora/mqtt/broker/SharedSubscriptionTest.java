// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.Unsubscribe;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;

/** Who gets a message of a shared subscription, and who gets it then. The Receive Maximum of clients is three. */
public final class SharedSubscriptionTest {

    private static final String FILTER = "$share/g/t";

    @Rule
    public final BrokerFixture broker = new BrokerFixture(BrokerSettings.SlowSubscriber.DROP);

    private final FakeLink linkA = new FakeLink();
    private final FakeLink linkB = new FakeLink();

    private ClientConnection member(FakeLink link, String id, Qos qos) {
        ClientConnection connection = broker.connect(link, id, false, 60);
        BrokerFixture.subscribe(connection, FILTER, qos);
        link.sent();
        return connection;
    }

    private void publish(Qos qos, String... texts) {
        for (String text : texts) {
            broker.publish("t", text, qos);
        }
        linkA.run();
        linkB.run();
    }

    @Test
    public void turnsAreFair() {
        member(linkA, "a", Qos.AT_MOST_ONCE);
        member(linkB, "b", Qos.AT_MOST_ONCE);
        publish(Qos.AT_MOST_ONCE, "1", "2", "3", "4");
        assertEquals(List.of("1", "3"), linkA.payloads());
        assertEquals(List.of("2", "4"), linkB.payloads());
    }

    @Test
    public void whoIsNotConnectedIsPassedOver() {
        member(linkA, "a", Qos.AT_LEAST_ONCE).closed();
        member(linkB, "b", Qos.AT_LEAST_ONCE);
        publish(Qos.AT_LEAST_ONCE, "1", "2");
        assertEquals(List.of("1", "2"), linkB.payloads());
    }

    @Test
    public void whatAMemberDidNotAcknowledgeGoesToAnother() {
        ClientConnection a = member(linkA, "a", Qos.AT_LEAST_ONCE);
        publish(Qos.AT_LEAST_ONCE, "1", "2", "3", "4");
        assertEquals(List.of("1", "2", "3"), linkA.payloads());
        a.acknowledge(Acknowledgement.success(Acknowledgement.Type.PUBACK, 2));
        assertEquals(List.of("4"), linkA.payloads());
        member(linkB, "b", Qos.AT_LEAST_ONCE);
        a.closed();
        linkB.run();
        assertEquals(List.of("1", "3", "4"), linkB.payloads());
        broker.connect(linkA, "a", false, 60);
        assertEquals(List.of(), linkA.payloads());
    }

    @Test
    public void aQos2ExchangeIsCompletedByTheMemberThatBeganIt() {
        ClientConnection a = member(linkA, "a", Qos.EXACTLY_ONCE);
        member(linkB, "b", Qos.EXACTLY_ONCE);
        publish(Qos.EXACTLY_ONCE, "1");
        assertEquals(List.of("1"), linkA.payloads());
        a.closed();
        linkB.run();
        assertEquals(List.of(), linkB.payloads());
        broker.connect(linkA, "a", false, 60);
        assertEquals(List.of("1"), linkA.payloads());
    }

    @Test
    public void whileNobodyElseIsThereMessagesWait() {
        member(linkA, "a", Qos.AT_LEAST_ONCE).closed();
        publish(Qos.AT_LEAST_ONCE, "1");
        broker.connect(linkA, "a", false, 60);
        assertEquals(List.of("1"), linkA.payloads());
    }

    @Test
    public void whoJoinsGetsWhatWaitsWithTheAbsent() {
        member(linkA, "a", Qos.AT_LEAST_ONCE).closed();
        publish(Qos.AT_LEAST_ONCE, "1", "2");
        BrokerFixture.subscribe(broker.connect(linkB, "b", false, 60), FILTER, Qos.AT_LEAST_ONCE);
        linkB.run();
        assertEquals(List.of("1", "2"), linkB.payloads());
        broker.connect(linkA, "a", false, 60);
        assertEquals(List.of(), linkA.payloads());
    }

    @Test
    public void theSessionsEndLeavesItsMessagesToTheOthers() {
        member(linkA, "a", Qos.AT_LEAST_ONCE);
        publish(Qos.AT_LEAST_ONCE, "1");
        FakeLink third = new FakeLink();
        member(linkB, "b", Qos.AT_LEAST_ONCE);
        broker.connect(third, "a", true, 0);
        linkB.run();
        assertEquals(List.of("1"), linkB.payloads());
    }

    @Test
    public void whatASoleMemberHadWhenItLeftIsTheGroupsOnceItIsBack() {
        ClientConnection a = member(linkA, "a", Qos.AT_LEAST_ONCE);
        publish(Qos.AT_LEAST_ONCE, "1", "2", "3", "4");
        a.unsubscribe(new Unsubscribe(2, List.of(FILTER)));
        BrokerFixture.subscribe(a, FILTER, Qos.AT_LEAST_ONCE);
        assertEquals(List.of("1", "2", "3"), linkA.payloads());
        member(linkB, "b", Qos.AT_LEAST_ONCE);
        broker.connect(new FakeLink(), "a", true, 0);
        linkB.run();
        assertEquals(List.of("1", "2", "3"), linkB.payloads());
        assertEquals("the fourth", 1, broker.queued("b"));
    }

    @Test
    public void whatWaitsWithAFormerMemberIsForWhoeverMakesTheGroupAgain() {
        ClientConnection a = member(linkA, "a", Qos.AT_LEAST_ONCE);
        publish(Qos.AT_LEAST_ONCE, "1", "2");
        a.unsubscribe(new Unsubscribe(2, List.of(FILTER)));
        a.closed();
        member(linkB, "b", Qos.AT_LEAST_ONCE);
        linkB.run();
        assertEquals(List.of("1", "2"), linkB.payloads());
    }

    @Test
    public void aFormerMemberThatComesBackFirstHasItsMessages() {
        ClientConnection a = member(linkA, "a", Qos.AT_LEAST_ONCE);
        publish(Qos.AT_LEAST_ONCE, "1");
        a.unsubscribe(new Unsubscribe(2, List.of(FILTER)));
        a.closed();
        linkA.payloads();
        broker.connect(linkA, "a", false, 60);
        member(linkB, "b", Qos.AT_LEAST_ONCE);
        linkB.run();
        assertEquals(List.of("1"), linkA.payloads());
        assertEquals(List.of(), linkB.payloads());
    }
}
