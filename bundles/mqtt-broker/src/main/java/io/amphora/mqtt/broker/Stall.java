// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The time during which publishers wait for one subscriber: it ends when there is room again or, because it is bounded,
 * with the subscriber's connection. Its session guards it until it is over.
 */
final class Stall {

    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private final Future<?> end;

    /** @param tooLong called on the timer unless the stall is over by then */
    Stall(ScheduledExecutorService timer, int seconds, Runnable tooLong) {
        this.end = timer.schedule(tooLong, seconds, TimeUnit.SECONDS);
    }

    /** What one message waits for. */
    CompletableFuture<Void> room() {
        CompletableFuture<Void> room = new CompletableFuture<>();
        waiting.add(room);
        return room;
    }

    /** Lets the publishers go on, in the order in which they came; called without a lock. */
    void over() {
        end.cancel(false);
        waiting.forEach(room -> room.complete(null));
    }
}
