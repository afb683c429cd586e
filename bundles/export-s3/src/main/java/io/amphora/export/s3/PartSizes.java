// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.transfer.spi.FileRefusedException;

/**
 * How large parts may be. Immutable.
 *
 * @param min bytes of a part, unless the file is so large that it would have too many; files up to it go in one piece
 * @param max bytes of the largest part
 */
record PartSizes(long min, long max) {

    /** Parts that an upload may have. */
    static final int MAX_PARTS = 10_000;

    static final long SMALLEST = 5L << 20;
    static final long LARGEST = 5L << 30;

    private static final long STEP = 1L << 20;

    PartSizes {
        if (min < SMALLEST || min > LARGEST) {
            throw new IllegalArgumentException("min_part_size: " + min + " is not from " + SMALLEST + " to " + LARGEST);
        }
        if (max < min || max > LARGEST) {
            throw new IllegalArgumentException("max_part_size: " + max + " is not from min_part_size to " + LARGEST);
        }
    }

    /** The smallest parts by which a file of that size can be uploaded. */
    PartPlan plan(long size) throws FileRefusedException {
        long needed = Math.max(min, ceilDiv(size, MAX_PARTS));
        if (needed > max) {
            throw new FileRefusedException("a file of " + size + " bytes needs more than " + MAX_PARTS + " parts of "
                    + max + " bytes; see max_part_size");
        }
        long even = needed == min ? min : ceilDiv(needed, STEP) * STEP;
        return new PartPlan(size, Math.min(even, max));
    }

    static long ceilDiv(long dividend, long divisor) {
        return dividend / divisor + (dividend % divisor == 0 ? 0 : 1);
    }
}
