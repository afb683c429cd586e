// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import io.amphora.transfer.Sha256;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32C;

/**
 * Where a delivery stands in listings, as bytes that sort like it: the time of delivery, then the transfer's key. One
 * indexed column so answers "behind this one", and no two deliveries share a position. Immutable.
 */
final class Position {

    private static final int LENGTH = Long.BYTES + Sha256.LENGTH;

    private final byte[] bytes;

    private Position(byte[] bytes) {
        this.bytes = bytes;
    }

    static Position of(Instant deliveredAt, Sha256 key) {
        return new Position(ByteBuffer.allocate(LENGTH)
                .put(time(deliveredAt.toEpochMilli()))
                .put(key.bytes())
                .array());
    }

    /** One that was read from its column. */
    static Position of(byte[] bytes) {
        return new Position(bytes.clone());
    }

    /** A bound that sorts before every delivery at {@code time} or later and behind all earlier ones. */
    static byte[] boundary(Instant time) {
        return time(ceilingMillis(time));
    }

    /** Reads what {@link #cursor} wrote; {@link IllegalArgumentException} for anything else. */
    static Position parse(String cursor) {
        byte[] all = Base64.getUrlDecoder().decode(cursor);
        if (all.length != LENGTH + Integer.BYTES) {
            throw new IllegalArgumentException("no cursor of the catalog: " + cursor);
        }
        byte[] bytes = Arrays.copyOf(all, LENGTH);
        if (ByteBuffer.wrap(all).getInt(LENGTH) != crc(bytes)) {
            throw new IllegalArgumentException("no cursor of the catalog: " + cursor);
        }
        return new Position(bytes);
    }

    /** The position as text that callers hand back. */
    String cursor() {
        byte[] all = ByteBuffer.allocate(LENGTH + Integer.BYTES)
                .put(bytes)
                .putInt(crc(bytes))
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    }

    byte[] bytes() {
        return bytes.clone();
    }

    /** Big endian and with the sign turned, so that unsigned comparison of bytes follows time. */
    private static byte[] time(long millis) {
        return ByteBuffer.allocate(Long.BYTES).putLong(millis ^ Long.MIN_VALUE).array();
    }

    private static long ceilingMillis(Instant time) {
        if (time.isBefore(Instant.ofEpochMilli(Long.MIN_VALUE))) {
            return Long.MIN_VALUE;
        }
        if (time.isAfter(Instant.ofEpochMilli(Long.MAX_VALUE))) {
            return Long.MAX_VALUE;
        }
        long millis = time.toEpochMilli();
        return time.isAfter(Instant.ofEpochMilli(millis)) ? millis + 1 : millis;
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
