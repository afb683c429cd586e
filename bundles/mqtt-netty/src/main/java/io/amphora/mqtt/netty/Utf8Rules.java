// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.netty.buffer.ByteBuf;

/** Which bytes are a string of MQTT: well-formed UTF-8, no surrogates, no U+0000 (section 1.5.4). Pure. */
final class Utf8Rules {

    private Utf8Rules() {}

    static boolean allow(ByteBuf bytes, int start, int length) {
        int end = start + length;
        for (int i = start; i < end; ) {
            int b = bytes.getByte(i);
            if (b > 0) {
                i++;
                continue;
            }
            int size = sizeOf(b & 0xFF);
            if (size == 0 || i + size > end || !isCharacter(bytes, i, size)) {
                return false;
            }
            i += size;
        }
        return true;
    }

    /** How many bytes a character has that begins with this one; 0 for none. */
    private static int sizeOf(int first) {
        if (first >= 0xC2 && first <= 0xDF) {
            return 2;
        }
        if (first >= 0xE0 && first <= 0xEF) {
            return 3;
        }
        return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
    }

    private static boolean isCharacter(ByteBuf bytes, int start, int size) {
        int point = bytes.getByte(start) & (0xFF >> (size + 1));
        for (int i = 1; i < size; i++) {
            int next = bytes.getByte(start + i);
            if ((next & 0xC0) != 0x80) {
                return false;
            }
            point = (point << 6) | (next & 0x3F);
        }
        boolean surrogate = point >= 0xD800 && point <= 0xDFFF;
        int smallest = size == 2 ? 0x80 : size == 3 ? 0x800 : 0x1_0000;
        return point >= smallest && point <= 0x10_FFFF && !surrogate;
    }
}
