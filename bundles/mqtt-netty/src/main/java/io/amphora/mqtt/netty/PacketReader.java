// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.ReasonCode;
import io.netty.buffer.ByteBuf;

/**
 * Walks through the bytes of one packet without taking them; whoever reads past its end finds it malformed. Confined to
 * the channel's event loop.
 */
final class PacketReader {

    private final ByteBuf bytes;
    private final int end;
    private int position;

    PacketReader(ByteBuf bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    static MqttProtocolException malformed(String message) {
        return new MqttProtocolException(ReasonCode.MALFORMED_PACKET, message);
    }

    int remaining() {
        return end - position;
    }

    /** The next {@code length} bytes as a packet of their own. */
    PacketReader part(int length) {
        return new PacketReader(bytes, skip(length), position);
    }

    /** Passes over some bytes; returns where they begin. */
    int skip(int length) {
        if (length > remaining()) {
            throw malformed("the packet ends too early");
        }
        int start = position;
        position += length;
        return start;
    }

    int u8() {
        return u8At(skip(1));
    }

    /** A byte that was passed over. */
    int u8At(int at) {
        return bytes.getUnsignedByte(at);
    }

    /** Has whoever reads the packet after this find another value in the byte that was read last. */
    void replaceLast(int u8) {
        replace(position - 1, u8);
    }

    /** The same at a position of before. */
    void replace(int at, int u8) {
        bytes.setByte(at, u8);
    }

    int u16() {
        return bytes.getUnsignedShort(skip(2));
    }

    long u32() {
        return bytes.getUnsignedInt(skip(4));
    }

    int variableByteInteger() {
        int value = 0;
        for (int digit = 0; digit < 4; digit++) {
            int b = u8();
            value |= (b & 0x7F) << (7 * digit);
            if (b < 0x80) {
                return value;
            }
        }
        throw malformed("variable byte integer of more than four bytes");
    }

    void binary() {
        skip(u16());
    }

    /** A string, which has to be UTF-8 without U+0000 [MQTT-1.5.4-1] [MQTT-1.5.4-2]; returns its length in bytes. */
    int string() {
        int length = u16();
        int start = skip(length);
        if (!Utf8Rules.allow(bytes, start, length)) {
            throw malformed("a string is not UTF-8, or contains U+0000");
        }
        return length;
    }

    /** A topic name of PUBLISH, which has no wildcard [MQTT-3.3.2-2]. */
    void topicName() {
        int length = string();
        for (int i = position - length; i < position; i++) {
            byte b = bytes.getByte(i);
            if (b == '#' || b == '+') {
                throw new MqttProtocolException(ReasonCode.TOPIC_NAME_INVALID, "wildcard in a topic name");
            }
        }
    }

    /** Compares the last {@code length} bytes with ASCII text. */
    boolean endsAtPositionWith(String ascii, int length) {
        if (length != ascii.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes.getByte(position - length + i) != (byte) ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    void requireEnd() {
        if (remaining() > 0) {
            throw malformed(remaining() + " bytes too many");
        }
    }
}
