// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.situations;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** Bytes of an MQTT packet, field by field. Not thread-safe. */
final class Wire {

    static final int CONNECT = 0x10;
    static final int CONNACK = 0x20;
    static final int PUBLISH = 0x30;
    static final int PUBACK = 0x40;
    static final int PUBREC = 0x50;
    static final int PUBREL = 0x62;
    static final int PUBCOMP = 0x70;
    static final int SUBSCRIBE = 0x82;
    static final int SUBACK = 0x90;
    static final int PINGREQ = 0xC0;
    static final int PINGRESP = 0xD0;
    static final int DISCONNECT = 0xE0;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Wire one(int value) {
        bytes.write(value);
        return this;
    }

    Wire two(int value) {
        return one(value >> 8).one(value);
    }

    Wire four(long value) {
        return two((int) (value >> 16)).two((int) value);
    }

    /** A number of one to four bytes, seven bits in each. */
    Wire variable(int value) {
        int rest = value;
        while (rest >= 0x80) {
            one(rest | 0x80);
            rest >>>= 7;
        }
        return one(rest);
    }

    Wire raw(byte[] value) {
        bytes.writeBytes(value);
        return this;
    }

    /** Bytes behind their length. */
    Wire binary(byte[] value) {
        return two(value.length).raw(value);
    }

    Wire text(String value) {
        return binary(value.getBytes(UTF_8));
    }

    /** Properties behind their length. */
    Wire properties(Wire properties) {
        byte[] all = properties.bytes();
        return variable(all.length).raw(all);
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    /** A whole packet of which this is what stands behind the fixed header. */
    byte[] packet(int firstByte) {
        byte[] body = bytes();
        return new Wire().one(firstByte).variable(body.length).raw(body).bytes();
    }
}
