// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

/** Whether a publisher may send one message more, apart from its window. Confined to the publishers' thread. */
interface Permit {

    /** It may not. */
    long NO = Long.MIN_VALUE;

    /**
     * The moment that the next message is due, {@code now} if there is no schedule, {@link #NO} if it is not yet.
     *
     * @param sent messages before it
     */
    long next(int sent, long now);

    /** As fast as window and socket allow. */
    static Permit always() {
        return (sent, now) -> now;
    }

    /**
     * So many messages a second, evenly.
     *
     * @param counts which know when all began
     * @param offset nanoseconds from then until the first one
     */
    static Permit rate(double perSecond, Counts counts, long offset) {
        return (sent, now) -> {
            long due = counts.start() + offset + (long) (sent * 1e9 / perSecond);
            return due <= now ? due : NO;
        };
    }
}
