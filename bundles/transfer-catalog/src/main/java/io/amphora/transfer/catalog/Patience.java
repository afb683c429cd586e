// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How long to go on with what fails, with a pause after each attempt. Thread-safe. */
@FunctionalInterface
interface Patience {

    /** Ends with the first failure. */
    Patience NONE = () -> false;

    /** Pauses; returns whether to try again then. */
    boolean pause();

    /** Lasts for a time from now on, or until the latch is down. */
    static Patience of(Duration time, Duration pause, CountDownLatch stopped) {
        long end = System.nanoTime() + time.toNanos();
        return () -> {
            try {
                return !stopped.await(pause.toNanos(), TimeUnit.NANOSECONDS) && System.nanoTime() - end < 0;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        };
    }
}
