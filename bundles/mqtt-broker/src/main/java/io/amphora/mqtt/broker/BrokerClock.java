// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The broker's own time, which every interval is measured by and every stored time belongs to. It begins with the wall
 * clock's time, and follows the machine's monotonic clock from then on, so that it does not jump when somebody sets the
 * wall clock. After a restart it goes on from its last stored reading and never goes back. Thread-safe.
 */
final class BrokerClock implements LongSupplier {

    /** Later times, which only a damaged record has, are taken for this one: the year 2116. */
    private static final long LATEST_MILLIS = Long.MAX_VALUE / 2 / 1_000_000L;

    private final LongSupplier monotonic;
    private final LongSupplier wall;
    private volatile long offset;

    /**
     * Begins with the time of the wall clock.
     *
     * @param monotonic nanoseconds that only grow
     * @param wall milliseconds since 1970
     */
    BrokerClock(LongSupplier monotonic, LongSupplier wall) {
        this.monotonic = monotonic;
        this.wall = wall;
        set(wall.getAsLong());
    }

    /**
     * What both clocks showed at one moment, in milliseconds.
     *
     * @param broker this clock
     * @param wall the wall clock
     */
    record Reading(long broker, long wall) {

        /** Milliseconds by which one clock has gone against the other since an earlier reading. */
        long driftSince(Reading earlier) {
            return Math.abs((broker - earlier.broker) - (wall - earlier.wall));
        }
    }

    /**
     * Goes on after a restart: the time since the last reading is what the wall clock says, and at least none.
     *
     * @param last reading of the process before
     * @param latestStored no record has a later time; this clock goes on from there at least
     */
    void goOn(Reading last, long latestStored) {
        long away = Math.max(0, wall.getAsLong() - last.wall());
        set(Math.max(last.broker() + away, latestStored));
    }

    private void set(long millis) {
        offset = nanos(millis) - monotonic.getAsLong();
    }

    Reading read() {
        return new Reading(millis(), wall.getAsLong());
    }

    /** A reading for a store that has none. */
    Reading readWall() {
        long now = wall.getAsLong();
        return new Reading(now, now);
    }

    /** Nanoseconds that only grow. */
    @Override
    public long getAsLong() {
        return monotonic.getAsLong() + offset;
    }

    /** The same in milliseconds. */
    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(getAsLong());
    }

    long wallMillis() {
        return wall.getAsLong();
    }

    /** A stored time as one of this clock. */
    static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(Math.max(0, Math.min(millis, LATEST_MILLIS)));
    }
}
