// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Connack;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.Rule;
import org.junit.Test;

/** Clients that are faster than they may be: two messages, a thousand bytes and two connections in a second. */
public final class RateTest {

    @Rule
    public final BrokerFixture broker =
            new BrokerFixture(BrokerSettings.SlowSubscriber.BLOCK, 10, new Rates(2, 1_000, 2));

    private final FakeLink link = new FakeLink();

    private void publish(ClientConnection connection, int bytes) {
        var unused = connection.publish(BrokerFixture.publish("t", "x".repeat(bytes), Qos.AT_MOST_ONCE, 0));
    }

    @Test
    public void whoPublishesTooOftenIsReadFromLater() throws Exception {
        ClientConnection connection = broker.connect(link, "a", true, 0);
        publish(connection, 1);
        publish(connection, 1);
        assertTrue(link.isReading());
        publish(connection, 1);
        assertFalse(link.isReading());
        assertEquals(3, broker.state().counts().publishedMessages());
        broker.pass(1);
        link.runNext();
        assertTrue(link.isReading());
    }

    @Test
    public void soIsWhoPublishesTooManyBytes() throws Exception {
        ClientConnection connection = broker.connect(link, "a", true, 0);
        publish(connection, 1_250);
        assertFalse(link.isReading());
        broker.pass(1);
        link.runNext();
        assertTrue(link.isReading());
    }

    @Test
    public void whatHadBeenReadAlreadyCountsToo() throws Exception {
        ClientConnection connection = broker.connect(link, "a", true, 0);
        for (int i = 0; i < 5; i++) {
            publish(connection, 1);
        }
        broker.pass(1);
        link.runNext();
        assertFalse("one second pays for two of three", link.isReading());
        broker.pass(1);
        link.runNext();
        assertTrue(link.isReading());
    }

    @Test
    public void anAddressThatConnectsTooOftenIsRefused() {
        broker.connect(link, "a", true, 0);
        broker.connect(link, "a", true, 0);
        link.sent();
        broker.connect(link, "a", true, 0);
        assertEquals(ReasonCode.CONNECTION_RATE_EXCEEDED, ((Connack) link.sent().get(0)).reasonCode());
        broker.pass(1);
        broker.connect(link, "a", true, 0);
        assertEquals(ReasonCode.SUCCESS, ((Connack) link.sent().get(0)).reasonCode());
    }

    @Test
    public void addressesThatDoNotComeAgainAreForgotten() throws Exception {
        ConnectionRate rate = broker.state().connectionRate();
        for (int i = 1; i <= 100; i++) {
            assertTrue(rate.admits(address(i)));
        }
        assertEquals(100, rate.size());
        broker.pass(11);
        assertTrue(rate.admits(address(1)));
        assertEquals(1, rate.size());
    }

    private static InetSocketAddress address(int last) throws Exception {
        return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last}), 1);
    }
}
