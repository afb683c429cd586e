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
import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.ServerPacket;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.Will;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** A session that ends with its connection leaves nothing to the connection that takes it over [MQTT-3.1.2-6]. */
public final class InheritanceTest {

    private static final long ENDS = 0;
    private static final long LASTS = 60;

    @Rule
    public final BrokerFixture broker = new BrokerFixture(BrokerSettings.SlowSubscriber.DROP);

    private final FakeLink linkBefore = new FakeLink();
    private final FakeLink link = new FakeLink();
    private final FakeLink linkWatcher = new FakeLink();
    private BrokerFixture afterRestart;

    @Before
    public void watch() {
        ClientConnection watcher = broker.connect(linkWatcher, "watcher", true, ENDS);
        BrokerFixture.subscribe(watcher, "will", Qos.AT_MOST_ONCE);
    }

    @After
    public void close() {
        if (afterRestart != null) {
            afterRestart.after();
        }
    }

    private static boolean present(FakeLink on) {
        ServerPacket first = on.sent().get(0);
        return ((Connack) first).sessionPresent();
    }

    private static Optional<Will> will(long delay) {
        byte[] gone = "gone".getBytes(StandardCharsets.UTF_8);
        return Optional.of(new Will(Message.of(new TopicName("will"), gone, Qos.AT_MOST_ONCE), delay));
    }

    private List<String> willsSeen() {
        linkBefore.run();
        linkWatcher.run();
        return linkWatcher.payloads();
    }

    private ClientConnection before(long expiry) {
        return broker.connect(linkBefore, "c", expiry == ENDS, expiry);
    }

    private ClientConnection takeOver(long expiry) {
        return broker.connect(link, "c", false, expiry);
    }

    @Test
    public void subscriptionsEndWithACleanSession() {
        for (MqttVersion version : List.of(MqttVersion.V3_1, MqttVersion.V3_1_1, MqttVersion.V5)) {
            FakeLink first = new FakeLink();
            FakeLink second = new FakeLink();
            ClientConnection clean = broker.connectAs(version, first, "clean", true, ENDS);
            BrokerFixture.subscribe(clean, "t", Qos.AT_LEAST_ONCE);
            broker.connectAs(version, second, "clean", false, LASTS).closed();
            assertFalse(version.toString(), present(second));
            broker.publish("t", "for nobody", Qos.AT_LEAST_ONCE);
            assertEquals(version.toString(), 0, broker.queued("clean"));
            broker.connectAs(version, new FakeLink(), "clean", true, ENDS).closed();
        }
    }

    @Test
    public void messagesThatWaitOrAreInFlightEndWithIt() {
        BrokerFixture.subscribe(before(ENDS), "t", Qos.EXACTLY_ONCE);
        for (int i = 0; i < 5; i++) {
            broker.publish("t", "1", Qos.EXACTLY_ONCE);
        }
        linkBefore.run();
        takeOver(LASTS);
        link.run();
        List<ServerPacket> sent = link.sent();
        assertEquals("CONNACK alone", 1, sent.size());
        assertFalse(((Connack) sent.get(0)).sessionPresent());
        assertEquals(0, broker.state().sessions().census().queuedBytes());
    }

    @Test
    public void identifiersOfReceivedMessagesEndWithIt() {
        before(ENDS).publish(BrokerFixture.publish("x", "first", Qos.EXACTLY_ONCE, 7));
        ClientConnection next = takeOver(LASTS);
        link.sent();
        next.acknowledge(Acknowledgement.success(Acknowledgement.Type.PUBREL, 7));
        assertEquals(
                ReasonCode.PACKET_IDENTIFIER_NOT_FOUND,
                ((Acknowledgement) link.sent().get(0)).reasonCode());
    }

    @Test
    public void aGroupLosesItAsAMember() {
        FakeLink linkOther = new FakeLink();
        BrokerFixture.subscribe(broker.connect(linkOther, "other", true, ENDS), "$share/g/t", Qos.AT_LEAST_ONCE);
        BrokerFixture.subscribe(before(ENDS), "$share/g/t", Qos.AT_LEAST_ONCE);
        takeOver(LASTS);
        for (int i = 0; i < 3; i++) {
            broker.publish("t", "shared", Qos.AT_LEAST_ONCE);
        }
        linkOther.run();
        link.run();
        assertEquals(3, linkOther.payloads().size());
        assertEquals(List.of(), link.payloads());
    }

    @Test
    public void whatTheDisplacedConnectionStillAsksForIsNotTheNextOnes() {
        ClientConnection displaced = before(ENDS);
        takeOver(LASTS);
        BrokerFixture.subscribe(displaced, "t", Qos.AT_LEAST_ONCE);
        broker.publish("t", "late", Qos.AT_LEAST_ONCE);
        link.run();
        assertEquals(List.of(), link.payloads());
    }

    @Test
    public void theNextConnectionKeepsItsOwnSession() {
        before(ENDS);
        ClientConnection next = takeOver(LASTS);
        BrokerFixture.subscribe(next, "t", Qos.AT_LEAST_ONCE);
        linkBefore.run();
        next.closed();
        FakeLink again = new FakeLink();
        broker.connect(again, "c", false, LASTS);
        assertTrue(present(again));
    }

    @Test
    public void aPersistentSessionGoesOnAndMayEndWithTheNextConnection() {
        BrokerFixture.subscribe(before(LASTS), "t", Qos.AT_LEAST_ONCE);
        takeOver(ENDS);
        assertTrue(present(link));
        FakeLink third = new FakeLink();
        broker.connect(third, "c", false, LASTS);
        assertFalse("the second one's session ended", present(third));
    }

    @Test
    public void disconnectMayMakeItEnd() {
        BrokerFixture.subscribe(before(LASTS), "t", Qos.AT_LEAST_ONCE);
        ClientConnection next = takeOver(LASTS);
        next.disconnect(new Disconnect(ReasonCode.NORMAL_DISCONNECTION, Optional.empty(), OptionalLong.of(0)));
        FakeLink third = new FakeLink();
        broker.connect(third, "c", false, LASTS);
        assertFalse(present(third));
    }

    @Test
    public void itsEndPublishesADelayedWill() {
        broker.connect(linkBefore, "c", true, ENDS, will(30));
        takeOver(LASTS);
        assertEquals(List.of("gone"), willsSeen());
    }

    @Test
    public void aDelayedWillOfASessionThatGoesOnIsNotPublished() {
        broker.connect(linkBefore, "c", false, LASTS, will(30));
        takeOver(LASTS);
        assertEquals(List.of(), willsSeen()); // [MQTT-3.1.3-9]
    }

    @Test
    public void aConnectionThatIsLostWhileItIsTakenOverHasItsWillPublished() {
        for (long delay : new long[] {0, 30}) {
            ClientConnection lost = broker.connect(linkBefore, "c", true, ENDS, will(delay));
            takeOver(ENDS).closed();
            lost.closed(); // before it learns that it was taken over
            assertEquals(List.of("gone"), willsSeen());
        }
    }

    @Test
    public void aConnectionThatSaysGoodbyeWhileItIsTakenOverHasNoWill() {
        ClientConnection leaves = broker.connect(linkBefore, "c", true, ENDS, will(0));
        takeOver(ENDS);
        leaves.disconnect(new Disconnect(ReasonCode.NORMAL_DISCONNECTION, Optional.empty(), OptionalLong.empty()));
        assertEquals(List.of(), willsSeen());
    }

    @Test
    public void aRestartEndsItBeforeItsClientIsBack() throws Exception {
        MemoryStore store = new MemoryStore();
        afterRestart = BrokerFixture.on(store);
        BrokerFixture first = afterRestart;
        first.connect(new FakeLink(), "c", false, LASTS);
        ClientConnection ends = first.connect(new FakeLink(), "c", false, ENDS);
        BrokerFixture.subscribe(ends, "t", Qos.AT_LEAST_ONCE);
        first.after();
        afterRestart = BrokerFixture.withBusyTimer(store);
        afterRestart.connect(link, "c", false, LASTS);
        assertFalse(present(link));
    }
}
