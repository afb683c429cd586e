// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/** The MQTT packets that an uploading client writes. */
final class Packets {

    private static final int MQTT_5 = 5;
    private static final byte RECEIVE_MAXIMUM = 0x21;

    private Packets() {}

    static ByteBuffer connect(int version, String clientId) {
        ByteBuffer body = ByteBuffer.allocate(64 + clientId.length());
        string(body, "MQTT");
        body.put((byte) version).put((byte) 2).putShort((short) 0);
        if (version == MQTT_5) {
            body.put((byte) 3).put(RECEIVE_MAXIMUM).putShort((short) 1_000);
        }
        string(body, clientId);
        return packet(0x10, body.flip(), 0);
    }

    static ByteBuffer subscribe(int version, int packetId, String filter) {
        ByteBuffer body = ByteBuffer.allocate(16 + filter.length());
        body.putShort((short) packetId);
        emptyProperties(body, version);
        string(body, filter);
        body.put((byte) 1);
        return packet(0x82, body.flip(), 0);
    }

    static ByteBuffer puback(int packetId) {
        return packet(0x40, ByteBuffer.allocate(2).putShort((short) packetId).flip(), 0);
    }

    /** A QoS 1 PUBLISH up to its payload. */
    static ByteBuffer publish(int version, int packetId, String topic, int payloadLength) {
        ByteBuffer body = ByteBuffer.allocate(16 + topic.length());
        string(body, topic);
        body.putShort((short) packetId);
        emptyProperties(body, version);
        return packet(0x32, body.flip(), payloadLength);
    }

    private static void emptyProperties(ByteBuffer body, int version) {
        if (version == MQTT_5) {
            body.put((byte) 0);
        }
    }

    private static ByteBuffer packet(int firstByte, ByteBuffer body, int lengthBehind) {
        ByteBuffer packet = ByteBuffer.allocate(5 + body.remaining());
        packet.put((byte) firstByte);
        int rest = body.remaining() + lengthBehind;
        while (rest >= 0x80) {
            packet.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        return packet.put((byte) rest).put(body).flip();
    }

    /** All that is written here is ASCII. */
    private static void string(ByteBuffer body, String text) {
        body.putShort((short) text.length()).put(text.getBytes(UTF_8));
    }
}
