// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.Disconnect;
import io.amphora.mqtt.Publish;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ServerPacket;
import io.amphora.mqtt.TopicName;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** What a client of MQTT 3.1.1, which can be told of no error, loses when its message fails: the connection only. */
public final class TransientErrorTest {

    @Rule
    public final BrokerFixture broker = new BrokerFixture(BrokerSettings.SlowSubscriber.BLOCK);

    private final KeepingHandler handler = new KeepingHandler("");
    private final FakeLink link = new FakeLink();

    @Before
    public void handle() {
        broker.extensions().handlers().add(handler, Map.of());
    }

    @Test
    public void aMessageThatFailsIsNotAcknowledged() {
        for (Qos qos : Qos.values()) {
            FakeLink closed = new FakeLink();
            send(broker.connect311(closed, "a"), qos, false);
            handler.fail();
            closed.run();
            assertTrue(closed.isClosed());
            assertEquals(List.of(Disconnect.class), types(closed));
        }
    }

    @Test
    public void aQos2MessageThatFailedIsTakenAgain() {
        send(broker.connect311(link, "a"), Qos.EXACTLY_ONCE, false);
        handler.fail();
        link.run();
        FakeLink next = new FakeLink();
        send(broker.connect311(next, "a"), Qos.EXACTLY_ONCE, true);
        handler.succeed();
        next.run();
        assertEquals(
                Acknowledgement.success(Acknowledgement.Type.PUBREC, 7),
                next.sent().get(1));
        assertFalse(next.isClosed());
    }

    @Test
    public void itFailsWhereItWasRepeatedToo() {
        send(broker.connect311(link, "a"), Qos.EXACTLY_ONCE, false);
        FakeLink next = new FakeLink();
        send(broker.connect311(next, "a"), Qos.EXACTLY_ONCE, true);
        link.run();
        handler.fail();
        link.run();
        next.run();
        assertTrue(next.isClosed());
        assertEquals(List.of(Disconnect.class), types(next));
    }

    /** Of what came after CONNACK. */
    private static List<Class<? extends ServerPacket>> types(FakeLink link) {
        return link.sent().stream()
                .skip(1)
                .<Class<? extends ServerPacket>>map(ServerPacket::getClass)
                .toList();
    }

    private static void send(ClientConnection connection, Qos qos, boolean again) {
        var unused = connection.publish(new Publish(
                new TopicName("t"),
                ByteBuffer.allocate(0),
                qos,
                false,
                again,
                qos == Qos.AT_MOST_ONCE ? 0 : 7,
                PublishProperties.NONE));
    }
}
