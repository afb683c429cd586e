// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions, which are looked at often. Immutable. */
public final class Waiting {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = 10_000_000;

    /** What is looked at; what it throws goes to whoever waits. */
    @FunctionalInterface
    public interface Condition<E extends Exception> {
        boolean holds() throws E;
    }

    private Waiting() {}

    /**
     * Returns as soon as the condition holds.
     *
     * @throws AssertionError saying what was waited for, if it does not within a minute
     */
    public static <E extends Exception> void until(String what, Condition<E> condition) throws E {
        until(what, PATIENCE, condition);
    }

    /** The same with more, or less, patience than a minute. */
    public static <E extends Exception> void until(String what, Duration patience, Condition<E> condition) throws E {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited in vain for " + patience + " until " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
