// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** Bytes of an MQTT packet behind its fixed header, field by field. Not thread-safe. */
public final class Body {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public Body one(int value) {
        bytes.write(value);
        return this;
    }

    public Body two(int value) {
        return one(value >> 8).one(value);
    }

    public Body four(long value) {
        return two((int) (value >> 16)).two((int) value);
    }

    /** A number of one to four bytes, seven bits in each. */
    public Body variable(int value) {
        int rest = value;
        while (rest >= 0x80) {
            one(rest | 0x80);
            rest >>>= 7;
        }
        return one(rest);
    }

    public Body raw(byte[] value) {
        bytes.writeBytes(value);
        return this;
    }

    /** Bytes behind their length. */
    public Body binary(byte[] value) {
        return two(value.length).raw(value);
    }

    public Body text(String value) {
        return binary(value.getBytes(UTF_8));
    }

    /** Properties behind their length. */
    public Body properties(Body properties) {
        byte[] all = properties.bytes();
        return variable(all.length).raw(all);
    }

    public byte[] bytes() {
        return bytes.toByteArray();
    }

    /** A whole packet of which this is what stands behind the fixed header. */
    public byte[] packet(int firstByte) {
        byte[] body = bytes();
        return new Body().one(firstByte).variable(body.length).raw(body).bytes();
    }
}
