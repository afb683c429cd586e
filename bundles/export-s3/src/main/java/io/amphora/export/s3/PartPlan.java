// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.transfer.ByteRange;

/**
 * A file as parts, all of one size but the last. Immutable.
 *
 * @param size bytes of the file
 * @param partSize bytes of each part but the last
 */
record PartPlan(long size, long partSize) {

    boolean isSingle() {
        return size <= partSize;
    }

    /** Number of parts; an empty file has one. */
    int count() {
        return Math.toIntExact(Math.max(1, PartSizes.ceilDiv(size, partSize)));
    }

    /** @param number of the part, from 1 */
    ByteRange range(int number) {
        long start = (number - 1) * partSize;
        return new ByteRange(start, Math.min(size, start + partSize));
    }
}
