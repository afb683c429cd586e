// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Looks again and again, but not for ever. Confined to one thread. */
final class Patience {

    private static final Duration ENOUGH = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = 20_000_000;

    private final long deadline = System.nanoTime() + ENOUGH.toNanos();

    boolean isLeft() {
        return System.nanoTime() - deadline < 0;
    }

    /** Waits a moment; fails if it has been too long. */
    void pause(String untilWhat) {
        if (!isLeft()) {
            throw new AssertionError("waited in vain for " + ENOUGH + " until " + untilWhat);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
    }
}
