// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

/**
 * Measures out what may be had in a second: at most as much as one second gives is saved up. Who takes more than there
 * is goes into debt and waits. Not thread-safe; its owner guards it.
 */
final class TokenBucket {

    private static final double SECOND = 1e9;

    private double content;
    private long since;

    /** A full one. */
    TokenBucket(long perSecond, long nanoTime) {
        this.content = perSecond;
        this.since = nanoTime;
    }

    /** Takes an amount if there is no debt yet; returns whether it did. */
    boolean tryTake(long amount, long perSecond, long nanoTime) {
        if (nanosInDebt(perSecond, nanoTime) > 0) {
            return false;
        }
        content -= amount;
        return true;
    }

    /** Takes an amount in any case; returns the nanoseconds until the debt is paid off. */
    long take(long amount, long perSecond, long nanoTime) {
        long before = nanosInDebt(perSecond, nanoTime);
        content -= amount;
        return before == 0 && content >= 0 ? 0 : nanosInDebt(perSecond, nanoTime);
    }

    /** Nanoseconds until there is something again. */
    long nanosInDebt(long perSecond, long nanoTime) {
        content = Math.min((double) perSecond, content + (nanoTime - since) * (double) perSecond / SECOND);
        since = nanoTime;
        return content >= 0 ? 0 : (long) Math.ceil(-content * SECOND / perSecond);
    }

    boolean isFull(long perSecond, long nanoTime) {
        return nanosInDebt(perSecond, nanoTime) == 0 && content >= perSecond;
    }
}
