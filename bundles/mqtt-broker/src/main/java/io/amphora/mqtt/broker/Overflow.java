// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Whether a session's queue is full, and who waits for room in it. Guarded by the session, but {@link #isFull} is for anybody. */
final class Overflow {

    private Stall stall; // while publishers wait
    private volatile boolean full;

    boolean isFull() {
        return full;
    }

    /** A message was dropped. */
    void dropped() {
        full = true;
    }

    /** Whether publishers wait. */
    boolean isStalled() {
        return stall != null;
    }

    /**
     * A publisher is to wait.
     *
     * @param tooLong called on the timer unless there is room within {@code slow_subscriber_wait}
     */
    CompletableFuture<Void> room(SessionContext context, Runnable tooLong) {
        if (stall == null) {
            full = true;
            stall = new Stall(context.timer(), context.settings().slowSubscriberWait(), tooLong);
        }
        return stall.room();
    }

    /** There is room, or nobody needs any; returns what is to be ended once the session is not locked. */
    Optional<Stall> recovered() {
        Optional<Stall> past = Optional.ofNullable(stall);
        stall = null;
        full = false;
        return past;
    }
}
