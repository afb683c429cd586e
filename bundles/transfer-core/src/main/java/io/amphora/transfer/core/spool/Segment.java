// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import java.nio.ByteBuffer;

/**
 * Bytes for a place in a file.
 *
 * @param offset of the first byte, 0 or more
 * @param bytes whose position and limit nobody moves; use a duplicate to read
 */
public record Segment(long offset, ByteBuffer bytes) {

    /** Offset behind the last byte. */
    public long end() {
        return offset + bytes.remaining();
    }

    /** The part from {@code start} on, which lies within the segment. */
    Segment from(long start) {
        int skip = (int) (start - offset);
        return new Segment(start, bytes.slice(bytes.position() + skip, bytes.remaining() - skip));
    }
}
