// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import java.io.IOException;
import java.nio.ByteBuffer;

/** What a CONNACK says that an uploading client has to keep to. */
record ServerLimits(int receiveMaximum) {

    private static final int MOST = 65_535;

    /** @param connack the packet behind its fixed header */
    static ServerLimits of(int version, ByteBuffer connack) throws IOException {
        connack.get();
        int code = connack.get() & 0xFF;
        if (code != 0) {
            throw new IOException("refused: CONNACK " + code);
        }
        return new ServerLimits(version == 5 ? receiveMaximum(connack) : MOST);
    }

    private static int receiveMaximum(ByteBuffer connack) throws IOException {
        int receiveMaximum = MOST;
        int length = variableInteger(connack);
        ByteBuffer properties = connack.slice().limit(length);
        while (properties.hasRemaining()) {
            int property = properties.get();
            switch (property) {
                case 0x21 -> receiveMaximum = properties.getShort() & 0xFFFF;
                case 0x13, 0x22 -> properties.getShort();
                case 0x11, 0x27 -> properties.getInt();
                case 0x24, 0x25, 0x28, 0x29, 0x2A -> properties.get();
                case 0x12, 0x15, 0x16, 0x1A, 0x1C, 0x1F -> skipString(properties);
                case 0x26 -> {
                    skipString(properties);
                    skipString(properties);
                }
                default -> throw new IOException("property " + property + " in CONNACK");
            }
        }
        return receiveMaximum;
    }

    private static void skipString(ByteBuffer properties) {
        int length = properties.getShort() & 0xFFFF;
        properties.position(properties.position() + length);
    }

    static int variableInteger(ByteBuffer bytes) {
        int value = 0;
        int shift = 0;
        byte next;
        do {
            next = bytes.get();
            value |= (next & 0x7F) << shift;
            shift += 7;
        } while (next < 0);
        return value;
    }
}
