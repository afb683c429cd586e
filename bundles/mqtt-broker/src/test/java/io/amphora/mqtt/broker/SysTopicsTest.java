// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotSame;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.Suback;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;

/** What stands below $SYS, and who may read it. */
public final class SysTopicsTest {

    @Rule
    public final BrokerFixture broker = new BrokerFixture(BrokerSettings.SlowSubscriber.BLOCK);

    private final FakeLink link = new FakeLink();

    private Map<String, String> received() {
        Map<String, String> values = new TreeMap<>();
        link.run();
        link.sent().stream()
                .filter(OutboundPublish.class::isInstance)
                .map(packet -> ((OutboundPublish) packet).message())
                .forEach(message ->
                        values.put(message.topic().value().replace("$SYS/broker/", ""), Deliveries.text(message)));
        return values;
    }

    @Test
    public void theBrokerTellsAboutItself() {
        SysTopics topics = new SysTopics(broker.state(), "1.2");
        ClientConnection connection = broker.connect(link, "a", true, 0);
        broker.connect(new FakeLink(), "gone", true, 60).closed();
        broker.state().counts().received(100);
        broker.pass(60);
        topics.publish();
        BrokerFixture.subscribe(connection, "$SYS/broker/version", Qos.AT_MOST_ONCE);
        BrokerFixture.subscribe(connection, "$SYS/broker/uptime", Qos.AT_MOST_ONCE);
        BrokerFixture.subscribe(connection, "$SYS/broker/clients/+", Qos.AT_MOST_ONCE);
        BrokerFixture.subscribe(connection, "$SYS/broker/load/bytes/received/1min", Qos.AT_MOST_ONCE);
        Map<String, String> values = received();
        assertEquals("amphora version 1.2", values.get("version"));
        assertEquals("60 seconds", values.get("uptime"));
        assertEquals("2", values.get("clients/total"));
        assertEquals("1", values.get("clients/connected"));
        assertEquals("1", values.get("clients/disconnected"));
        assertEquals("63.21", values.get("load/bytes/received/1min"));
        assertEquals("1", values.get("clients/maximum"));
        assertEquals("0", values.get("clients/expired"));
    }

    @Test
    public void theMostThatWereConnectedAreRemembered() {
        SysTopics topics = new SysTopics(broker.state(), "1.2");
        ClientConnection connection = broker.connect(link, "a", true, 0);
        ClientConnection other = broker.connect(new FakeLink(), "b", true, 0);
        topics.publish();
        other.closed();
        topics.publish();
        BrokerFixture.subscribe(connection, "$SYS/broker/clients/+", Qos.AT_MOST_ONCE);
        Map<String, String> values = received();
        assertEquals("1", values.get("clients/connected"));
        assertEquals("2", values.get("clients/maximum"));
    }

    @Test
    public void whoStaysAwayForTooLongIsCounted() throws Exception {
        SysTopics topics = new SysTopics(broker.state(), "1.2");
        broker.connect(new FakeLink(), "gone", true, 1).closed();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (broker.state().counts().expiredSessions() == 0 && System.nanoTime() < end) {
            broker.timerRuns();
        }
        topics.publish();
        BrokerFixture.subscribe(broker.connect(link, "a", true, 0), "$SYS/broker/clients/expired", Qos.AT_MOST_ONCE);
        assertEquals("1", received().get("clients/expired"));
    }

    @Test
    public void aConnectionOfTheNetworkCountsBeforeItsConnect() {
        SysTopics topics = new SysTopics(broker.state(), "1.2");
        var unused = broker.open(new FakeLink());
        broker.pass(60);
        topics.publish();
        ClientConnection connection = broker.connect(link, "a", true, 0);
        BrokerFixture.subscribe(connection, "$SYS/broker/load/sockets/1min", Qos.AT_MOST_ONCE);
        BrokerFixture.subscribe(connection, "$SYS/broker/load/connections/1min", Qos.AT_MOST_ONCE);
        assertEquals(Map.of("load/sockets/1min", "0.63", "load/connections/1min", "0.00"), received());
    }

    @Test
    public void theIntervalChangesWhileTheBrokerRuns() throws Exception {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
        timer.setRemoveOnCancelPolicy(true);
        CountDownLatch busy = new CountDownLatch(1);
        var unused = timer.submit(() -> {
            busy.countDown();
            new CountDownLatch(1).await(); // so that what is planned stays planned
            return null;
        });
        assertTrue(busy.await(60, TimeUnit.SECONDS));
        SysReports reports = new SysReports(new SysTopics(broker.state(), "1.2"), timer);
        try {
            reports.every(3_600);
            Runnable first = timer.getQueue().element();
            reports.every(1_800);
            Runnable second = timer.getQueue().element();
            reports.every(1_800);
            assertNotSame(first, second);
            assertEquals(List.of(second), List.copyOf(timer.getQueue()));
            reports.every(0);
            assertTrue(timer.getQueue().isEmpty());
        } finally {
            timer.shutdownNow();
        }
    }

    @Test
    public void whatHasNotChangedIsNotToldAgain() {
        SysTopics topics = new SysTopics(broker.state(), "1.2");
        ClientConnection connection = broker.connect(link, "a", true, 0);
        topics.publish();
        BrokerFixture.subscribe(connection, "$SYS/broker/version", Qos.AT_MOST_ONCE);
        assertEquals(1, received().size());
        topics.publish();
        assertEquals(0, received().size());
    }

    @Test
    public void whoComesAndGoesIsTold() {
        ClientConnection connection = broker.connect(link, "a", true, 0);
        BrokerFixture.subscribe(connection, "$SYS/broker/events/#", Qos.AT_MOST_ONCE);
        link.sent();
        ClientConnection other = broker.connect(new FakeLink(), "b \"quoted\"", true, 0);
        assertTrue(
                received().get("events/connected").startsWith("{\"client_id\":\"b \\\"quoted\\\"\",\"username\":null"));
        other.closed();
        assertTrue(received().containsKey("events/disconnected"));
    }

    @Test
    public void aWildcardDoesNotReachSys() {
        ClientConnection connection = broker.connect(link, "a", true, 0);
        BrokerFixture.subscribe(connection, "#", Qos.AT_MOST_ONCE);
        new SysTopics(broker.state(), "1.2").publish();
        assertEquals(Map.of(), received());
    }

    @Test
    public void onceClientsAreAuthenticatedOnlyAdministratorsRead() {
        broker.extensions()
                .authenticators()
                .add((packet, peer) -> CompletableFuture.completedFuture(ReasonCode.SUCCESS), Map.of());
        for (String filter : List.of("$SYS/#", "$SYS", "$share/g/$SYS/broker/+")) {
            ClientConnection connection = broker.connect(link, "a", true, 0);
            link.sent();
            BrokerFixture.subscribe(connection, filter, Qos.AT_MOST_ONCE);
            assertEquals(
                    filter,
                    List.of(ReasonCode.NOT_AUTHORIZED),
                    ((Suback) link.sent().get(0)).reasonCodes());
        }
    }

    @Test
    public void noClientPublishesThere() {
        ClientConnection connection = broker.connect(link, "a", true, 0);
        link.sent();
        var unused = connection.publish(BrokerFixture.publish("$SYS/broker/uptime", "1", Qos.AT_LEAST_ONCE, 1));
        assertEquals(ReasonCode.NOT_AUTHORIZED, ((Acknowledgement) link.sent().get(0)).reasonCode());
    }

    @Test
    public void anOperatorSeesClientsAndDisconnectsThem() {
        ClientConnection connection = broker.connect(link, "a", true, 0);
        BrokerFixture.subscribe(connection, "t", Qos.AT_MOST_ONCE);
        assertEquals(1, broker.state().clients().get(0).subscriptions());
        assertTrue(broker.state().disconnect(connection.session().id()));
        link.run();
        assertTrue(link.isClosed());
        assertFalse(broker.state().disconnect(connection.session().id()));
        assertEquals(List.of(), broker.state().clients());
    }
}
