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
import java.util.Map;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** What is bounded: bytes that handlers keep, of one connection (1,000) and of all (1,500), and queues. */
public final class BackPressureTest {

    private static final String FOUR_HUNDRED = "x".repeat(400);

    @Rule
    public final BrokerFixture broker = new BrokerFixture(BrokerSettings.SlowSubscriber.DISCONNECT);

    private final KeepingHandler keeper = new KeepingHandler("k/");
    private final FakeLink link = new FakeLink();

    @Before
    public void install() {
        broker.extensions().handlers().add(keeper, Map.of());
    }

    private static void publish(ClientConnection connection, int packetId) {
        Qos qos = packetId == 0 ? Qos.AT_MOST_ONCE : Qos.AT_LEAST_ONCE;
        var unused = connection.publish(BrokerFixture.publish("k/x", FOUR_HUNDRED, qos, packetId));
    }

    @Test
    public void readingStopsOverTheBoundAndGoesOnBelowHalf() {
        ClientConnection connection = broker.connect(link, "a", true, 0);
        publish(connection, 1);
        publish(connection, 2);
        assertTrue(link.isReading());
        publish(connection, 0);
        assertFalse(link.isReading());
        keeper.succeed();
        link.run();
        assertFalse("800 bytes are left", link.isReading());
        keeper.succeed();
        link.run();
        assertTrue(link.isReading());
    }

    @Test
    public void completionsInABatchAreAcknowledgedWithOneFlush() {
        ClientConnection connection = broker.connect(link, "a", true, 0);
        publish(connection, 1);
        publish(connection, 2);
        link.sent();
        keeper.succeed();
        keeper.succeed();
        assertEquals(1, link.run());
        assertEquals(
                List.of(
                        Acknowledgement.success(Acknowledgement.Type.PUBACK, 1),
                        Acknowledgement.success(Acknowledgement.Type.PUBACK, 2)),
                link.sent());
        assertEquals(1, link.flushes());
    }

    @Test
    public void theBoundOverAllStopsWhoExceedsIt() {
        FakeLink other = new FakeLink();
        ClientConnection first = broker.connect(link, "a", true, 0);
        ClientConnection second = broker.connect(other, "b", true, 0);
        publish(first, 1);
        publish(first, 2);
        publish(second, 1);
        assertTrue(other.isReading());
        publish(second, 2);
        assertFalse("1600 bytes of 1500", other.isReading());
        assertTrue(link.isReading());
        keeper.succeed();
        link.run();
        other.run();
        assertTrue(other.isReading());
    }

    @Test
    public void bytesOfAConnectionThatHasEndedAreGivenBack() {
        ClientConnection connection = broker.connect(link, "a", true, 0);
        publish(connection, 1);
        connection.closed();
        assertEquals(400, broker.state().pending().used());
        keeper.succeed();
        link.run();
        assertEquals(0, broker.state().pending().used());
    }

    @Test
    public void aSlowSubscriberIsDisconnectedByThatPolicy() {
        ClientConnection connection = broker.connect(link, "slow", true, 0);
        BrokerFixture.subscribe(connection, "t", Qos.AT_MOST_ONCE);
        link.writable(false);
        link.sent();
        for (int i = 0; i < 6; i++) {
            broker.publish("t", "x", Qos.AT_MOST_ONCE);
        }
        link.run();
        assertEquals(ReasonCode.QUOTA_EXCEEDED, ((Disconnect) link.sent().get(0)).reasonCode());
        assertTrue(link.isClosed());
    }
}
