// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

import java.nio.ByteBuffer;

/**
 * A PUBLISH as it came in, its topic alias already resolved.
 *
 * @param payload a view of the network buffer, valid only as long as the contract of the method that takes it says
 * @param packetId 1 to 65,535; 0 with QoS 0
 */
public record Publish(
        TopicName topic,
        ByteBuffer payload,
        Qos qos,
        boolean retain,
        boolean duplicate,
        int packetId,
        PublishProperties properties) {

    /** @throws MqttProtocolException if QoS and packet identifier contradict each other [MQTT-2.2.1-2] [MQTT-2.2.1-4] */
    public Publish {
        if ((qos == Qos.AT_MOST_ONCE) != (packetId == 0)) {
            throw new MqttProtocolException(
                    ReasonCode.MALFORMED_PACKET, "packet identifier " + packetId + " with " + qos);
        }
    }

    /** The message with a payload of its own. */
    public Message toMessage() {
        byte[] copy = new byte[payload.remaining()];
        payload.duplicate().get(copy);
        return new Message(topic, ByteBuffer.wrap(copy), qos, retain, properties);
    }
}
