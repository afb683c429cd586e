// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.routing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/**
 * A packet of MQTT 5 from the broker. Immutable.
 *
 * @param firstByte type and flags
 * @param body what stands behind the fixed header
 */
record Packet(int firstByte, ByteBuffer body) {

    static final int CONNACK = 0x20;
    static final int PUBLISH = 0x30;
    static final int PUBACK = 0x40;
    static final int PUBREC = 0x50;
    static final int PUBREL = 0x62;
    static final int PUBCOMP = 0x70;
    static final int SUBACK = 0x90;
    static final int UNSUBACK = 0xB0;
    static final int PINGRESP = 0xD0;
    static final int DISCONNECT = 0xE0;

    /** Reason codes from here on are refusals. */
    static final int REFUSED = 0x80;

    int type() {
        return firstByte >> 4 == 6 ? PUBREL : firstByte & 0xF0;
    }

    /** Of an acknowledgement, SUBACK and UNSUBACK included. */
    int packetId() {
        return body.getShort(0) & 0xFFFF;
    }

    /** Of PUBACK, PUBREC and PUBCOMP. */
    int code() {
        return body.limit() > 2 ? body.get(2) & 0xFF : 0;
    }

    /** Of a SUBACK or UNSUBACK for one filter. */
    int lastCode() {
        return body.get(body.limit() - 1) & 0xFF;
    }

    /** A PUBLISH; {@code packetId} is 0 with QoS 0. */
    record Message(String topic, int qos, boolean duplicate, int packetId, String payload) {}

    Message message() {
        ByteBuffer in = body.duplicate();
        int qos = firstByte >> 1 & 3;
        String topic = text(in, in.getShort() & 0xFFFF);
        int packetId = qos == 0 ? 0 : in.getShort() & 0xFFFF;
        int properties = in.get(); // the broker adds none of more than a byte's length to what these publishers send
        in.position(in.position() + properties);
        return new Message(topic, qos, (firstByte & 8) != 0, packetId, text(in, in.remaining()));
    }

    private static String text(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, UTF_8);
    }
}
