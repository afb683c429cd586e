// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when the wall clock is set forward, by comparing it with the monotonic clock. Files have wall clock times, so
 * that one that was written before would seem to have been idle for as long as the clock jumped. Thread-safe.
 */
final class ClockJumps {

    private static final Logger LOG = LoggerFactory.getLogger(ClockJumps.class);
    private static final Duration SHORTEST = Duration.ofSeconds(10);

    /** Older ones are counted to the oldest that is kept. */
    private static final int MOST = 16;

    private final Clock wall;
    private final LongSupplier monotonic;
    private final Deque<Jump> jumps = new ArrayDeque<>();
    private Instant lastWall;
    private long lastNanos;

    /**
     * @param from time that it would be without it; what is later was written after it
     * @param length time that has not passed
     */
    private record Jump(Instant from, Duration length) {}

    /** @param monotonic nanoseconds that only grow */
    ClockJumps(Clock wall, LongSupplier monotonic) {
        this.wall = wall;
        this.monotonic = monotonic;
        this.lastWall = wall.instant();
        this.lastNanos = monotonic.getAsLong();
    }

    /** Compares the clocks; to be called often. */
    synchronized void look() {
        Instant now = wall.instant();
        long nanos = monotonic.getAsLong();
        Duration surplus = Duration.between(lastWall, now).minusNanos(nanos - lastNanos);
        if (surplus.compareTo(SHORTEST) > 0) {
            LOG.info("The clock was set forward by {} s: idle times do not count that", surplus.toSeconds());
            add(new Jump(now.minus(surplus), surplus));
        }
        lastWall = now;
        lastNanos = nanos;
    }

    private void add(Jump jump) {
        jumps.addLast(jump);
        if (jumps.size() > MOST) {
            Jump oldest = jumps.removeFirst();
            Jump next = jumps.removeFirst();
            jumps.addFirst(new Jump(next.from(), oldest.length().plus(next.length())));
        }
    }

    /** The part of the time since {@code time} that has not passed. */
    synchronized Duration since(Instant time) {
        return jumps.stream()
                .filter(jump -> !time.isAfter(jump.from()))
                .map(Jump::length)
                .reduce(Duration.ZERO, Duration::plus);
    }
}
