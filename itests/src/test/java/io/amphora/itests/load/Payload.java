// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/**
 * The bytes of all files of a run: random bytes that are shared, behind 16 that are each file's own. Made in
 * memory once, so that sending costs no thought. Confined to one thread.
 */
final class Payload {

    /** A prime, so that no two segments of a file are alike unless it is very large. */
    private static final int PERIOD = 8_388_593;

    private static final int OWN = 2 * Long.BYTES;

    private final long run;
    private final int segmentSize;
    private final ByteBuffer shared;

    /**
     * @param run tells the files of one run from those of another
     * @param segmentSize bytes of the longest segment
     */
    Payload(long run, int segmentSize) {
        this.run = run;
        this.segmentSize = segmentSize;
        byte[] period = new byte[PERIOD];
        new Random(run).nextBytes(period);
        shared = ByteBuffer.allocateDirect(PERIOD + segmentSize);
        while (shared.hasRemaining()) {
            shared.put(period, 0, Math.min(PERIOD, shared.remaining()));
        }
    }

    /** Bytes of a file; they are valid as long as this is. */
    ByteBuffer segment(int file, long offset, int length) {
        if (length > segmentSize) {
            throw new IllegalArgumentException("segments are at most " + segmentSize + " bytes");
        }
        int start = (int) (offset % PERIOD);
        ByteBuffer bytes = shared.duplicate().position(start).limit(start + length);
        return offset < OWN ? beginning(file, (int) offset, bytes) : bytes;
    }

    private ByteBuffer beginning(int file, int offset, ByteBuffer bytes) {
        ByteBuffer own = ByteBuffer.allocate(OWN).putLong(run).putLong(file).position(offset);
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
        own.limit(Math.min(OWN, offset + copy.capacity()));
        int length = own.remaining();
        copy.put(own).put(bytes.position(bytes.position() + length));
        return copy.flip();
    }

    /** SHA-256 of a whole file, in hex. */
    String checksum(int file, long size) {
        MessageDigest digest = newDigest();
        for (long offset = 0; offset < size; offset += segmentSize) {
            digest.update(segment(file, offset, (int) Math.min(segmentSize, size - offset)));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** SHA-256 of a segment, in hex. */
    String checksum(int file, long offset, int length) {
        MessageDigest digest = newDigest();
        digest.update(segment(file, offset, length));
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
