// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import java.nio.ByteBuffer;

/** What stands at the beginning of every payload; the rest is filler. Immutable. */
record Stamp(int publisher, int sequence, long scheduled, long written) {

    static final int BYTES = 24;

    static Stamp read(ByteBuffer payload) {
        return new Stamp(payload.getInt(), payload.getInt(), payload.getLong(), payload.getLong());
    }

    void write(ByteBuffer payload) {
        payload.putInt(publisher).putInt(sequence).putLong(scheduled).putLong(written);
    }
}
