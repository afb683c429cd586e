// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A packet from the broker. Immutable.
 *
 * @param firstByte type and flags
 * @param body what stands behind the fixed header
 */
public record Packet(int firstByte, ByteBuffer body) {

    public static final int CONNECT = 0x10;
    public static final int CONNACK = 0x20;
    public static final int PUBLISH = 0x30;
    public static final int PUBACK = 0x40;
    public static final int PUBREC = 0x50;
    public static final int PUBREL = 0x62;
    public static final int PUBCOMP = 0x70;
    public static final int SUBSCRIBE = 0x82;
    public static final int SUBACK = 0x90;
    public static final int UNSUBACK = 0xB0;
    public static final int PINGREQ = 0xC0;
    public static final int PINGRESP = 0xD0;
    public static final int DISCONNECT = 0xE0;

    public static final int CONTENT_TYPE = 0x03;
    public static final int CORRELATION_DATA = 0x09;
    public static final int REASON_STRING = 0x1F;

    private static final int LONGEST_LENGTH = 4;

    /** Takes the next packet from a stream. */
    static Packet read(DataInputStream in) throws IOException {
        int first = in.readUnsignedByte();
        int length = 0;
        int digits = 0;
        int digit;
        do {
            digit = in.readUnsignedByte();
            length |= (digit & 0x7F) << (7 * digits++);
        } while (digit >= 0x80 && digits < LONGEST_LENGTH);
        assertTrue("length ends with " + digit, digit < 0x80 && (digit > 0 || digits == 1)); // [MQTT-1.5.5-1]
        byte[] body = new byte[length];
        in.readFully(body);
        return new Packet(first, ByteBuffer.wrap(body));
    }

    /** The whole packet. */
    public byte[] bytes() {
        return new Body().raw(rest(body.duplicate())).packet(firstByte);
    }

    /** The type with the flags left out. */
    public int type() {
        return firstByte & 0xF0;
    }

    /**
     * PUBACK, PUBREC and PUBCOMP.
     *
     * @param code 0 if the packet has none
     */
    public record Acknowledgement(int packetId, int code, Optional<String> reason) {}

    public Acknowledgement acknowledgement() {
        ByteBuffer in = body.duplicate();
        int packetId = in.getShort() & 0xFFFF;
        int code = in.hasRemaining() ? in.get() & 0xFF : 0;
        Map<Integer, byte[]> properties = in.hasRemaining() ? properties(in) : Map.of();
        return new Acknowledgement(
                packetId,
                code,
                Optional.ofNullable(properties.get(REASON_STRING)).map(bytes -> new String(bytes, UTF_8)));
    }

    /** A PUBLISH; {@code packetId} is 0 with QoS 0. */
    public record Message(
            String topic,
            int qos,
            boolean duplicate,
            boolean retain,
            int packetId,
            Map<Integer, byte[]> properties,
            ByteBuffer payload) {

        public String text() {
            return UTF_8.decode(payload.duplicate()).toString();
        }

        /** A property as text. */
        public Optional<String> property(int identifier) {
            return Optional.ofNullable(properties.get(identifier)).map(bytes -> new String(bytes, UTF_8));
        }
    }

    public Message message(int version) {
        ByteBuffer in = body.duplicate();
        int qos = firstByte >> 1 & 3;
        String topic = new String(binary(in), UTF_8);
        int packetId = qos == 0 ? 0 : in.getShort() & 0xFFFF;
        Map<Integer, byte[]> properties = version == RawClient.MQTT_5 ? properties(in) : Map.of();
        return new Message(topic, qos, (firstByte & 8) != 0, (firstByte & 1) == 1, packetId, properties, in.slice());
    }

    /** Of an acknowledgement, SUBACK and UNSUBACK included. */
    public int packetId() {
        return body.getShort(0) & 0xFFFF;
    }

    /** Return or reason code of a SUBACK or UNSUBACK of one filter. */
    public int subscribed() {
        return body.get(body.limit() - 1) & 0xFF;
    }

    /** Return or reason code of a CONNACK. */
    public int connected() {
        return body.get(1) & 0xFF;
    }

    public boolean sessionPresent() {
        return body.get(0) == 1;
    }

    /** Reason code of a DISCONNECT. */
    public int disconnected() {
        return body.hasRemaining() ? body.get(0) & 0xFF : 0;
    }

    private static Map<Integer, byte[]> properties(ByteBuffer in) {
        ByteBuffer all = take(in, variable(in));
        Map<Integer, byte[]> properties = new TreeMap<>();
        while (all.hasRemaining()) {
            int identifier = all.get();
            properties.put(
                    identifier,
                    switch (identifier) {
                        case 0x02, 0x11, 0x18, 0x27 -> rest(take(all, 4));
                        case 0x13, 0x21, 0x22, 0x23 -> rest(take(all, 2));
                        case 0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2A -> rest(take(all, 1));
                        case 0x03, 0x08, 0x09, 0x12, 0x15, 0x16, 0x1A, 0x1C, 0x1F -> binary(all);
                        case 0x0B -> new byte[] {(byte) variable(all)};
                        default -> throw new AssertionError("property " + identifier);
                    });
        }
        return properties;
    }

    private static ByteBuffer take(ByteBuffer in, int length) {
        ByteBuffer taken = in.slice(in.position(), length);
        in.position(in.position() + length);
        return taken;
    }

    private static byte[] binary(ByteBuffer in) {
        return rest(take(in, in.getShort() & 0xFFFF));
    }

    private static byte[] rest(ByteBuffer in) {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return bytes;
    }

    private static int variable(ByteBuffer in) {
        int value = 0;
        int digit = 0x80;
        for (int shift = 0; digit >= 0x80; shift += 7) {
            digit = in.get() & 0xFF;
            value |= (digit & 0x7F) << shift;
        }
        return value;
    }

    @Override
    public String toString() {
        return "%02x ".formatted(firstByte) + HexFormat.of().formatHex(rest(body.duplicate()));
    }
}
