// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import io.amphora.transfer.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * The SHA-256 of a file's contiguous prefix, kept while the bytes come in, so that the digest of a file that arrived in
 * order is there with its last byte. Confined to the transfer's strand.
 */
final class RunningDigest {

    private static final int CHUNK = 256 * 1024;

    /** Where bytes that came out of order are read back from. */
    interface Source {

        /** As {@link java.nio.channels.FileChannel#read(ByteBuffer, long)}. */
        int read(ByteBuffer bytes, long position) throws IOException;
    }

    private MessageDigest digest = Sha256.newDigest();
    private long position;

    /** Offset behind the last byte that the digest has seen. */
    long position() {
        return position;
    }

    /** Bytes were written. Those that follow on are digested; a change of digested ones makes the digest begin anew. */
    void written(long offset, ByteBuffer bytes) {
        if (offset == position) {
            position += bytes.remaining();
            digest.update(bytes.duplicate());
        } else if (offset < position) {
            reset();
        }
    }

    /** Forgets what was digested. */
    void reset() {
        digest.reset();
        position = 0;
    }

    /** Digests bytes that are held but were not seen in order, at most {@code limit} of them, up to {@code end}. */
    void catchUp(Source source, long end, long limit) throws IOException {
        long target = Math.min(end, position + limit);
        if (position >= target) {
            return;
        }
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, target - position));
        while (position < target) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), target - position));
            int read = source.read(chunk, position);
            if (read < 0) {
                throw new EOFException("spool data ends at " + position + ", before " + target);
            }
            digest.update(chunk.flip());
            position += read;
        }
    }

    /** The digest of the first {@code size} bytes, all of which are held. */
    Sha256 of(long size, Source source) throws IOException {
        if (position > size) {
            RunningDigest shorter = new RunningDigest();
            return shorter.of(size, source);
        }
        catchUp(source, size, Long.MAX_VALUE - position);
        return Sha256.of(copy().digest());
    }

    private MessageDigest copy() {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the platform's SHA-256 can be cloned", e);
        }
    }
}
