// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import org.junit.Test;

public final class PacketValuesTest {

    private static Publish publish(Qos qos, int packetId, ByteBuffer payload) {
        return new Publish(new TopicName("t"), payload, qos, false, false, packetId, PublishProperties.NONE);
    }

    @Test
    public void aPacketIdentifierGoesWithQos1And2Only() {
        ByteBuffer empty = ByteBuffer.allocate(0);
        assertEquals(7, publish(Qos.AT_LEAST_ONCE, 7, empty).packetId());
        assertThrows(MqttProtocolException.class, () -> publish(Qos.AT_LEAST_ONCE, 0, empty));
        assertThrows(MqttProtocolException.class, () -> publish(Qos.AT_MOST_ONCE, 7, empty));
        assertThrows(MqttProtocolException.class, () -> Acknowledgement.success(Acknowledgement.Type.PUBACK, 0));
    }

    @Test
    public void aMessageKeepsAPayloadOfItsOwn() {
        ByteBuffer network = ByteBuffer.wrap(new byte[] {1, 2, 3});
        Message message = publish(Qos.AT_MOST_ONCE, 0, network).toMessage();
        network.put(0, (byte) 9);
        assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 3}), message.payload());
        assertTrue(message.payload().isReadOnly());
        assertEquals("reading moved nothing", 3, network.remaining());
    }

    @Test
    public void subscribeAsksForSomething() {
        assertThrows(MqttProtocolException.class, () -> new Subscribe(1, List.of(), OptionalInt.empty()));
        assertThrows(MqttProtocolException.class, () -> new Unsubscribe(1, List.of()));
    }

    @Test
    public void reasonCodesFrom0x80OnAreErrors() {
        assertFalse(ReasonCode.NO_MATCHING_SUBSCRIBERS.isError());
        assertTrue(ReasonCode.UNSPECIFIED_ERROR.isError());
        assertEquals(ReasonCode.GRANTED_QOS_2, ReasonCode.granted(Qos.EXACTLY_ONCE));
        assertThrows(MqttProtocolException.class, () -> Qos.of(3));
        assertEquals(Qos.AT_LEAST_ONCE, Qos.EXACTLY_ONCE.min(Qos.AT_LEAST_ONCE));
    }
}
