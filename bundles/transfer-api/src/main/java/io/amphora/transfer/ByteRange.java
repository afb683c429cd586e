// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer;

/**
 * Bytes of a file, half open.
 *
 * @param start offset of the first byte, 0 or more
 * @param end offset behind the last byte, {@code start} or more
 */
public record ByteRange(long start, long end) {

    /** @throws IllegalArgumentException if {@code start} is negative or {@code end} lies before it */
    public ByteRange {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("no range: [" + start + ", " + end + ")");
        }
    }

    /** Number of bytes. */
    public long length() {
        return end - start;
    }

    @Override
    public String toString() {
        return "[" + start + ", " + end + ")";
    }
}
