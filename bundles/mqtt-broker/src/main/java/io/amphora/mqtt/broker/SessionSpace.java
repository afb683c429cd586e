// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Memory that all sessions together take beside their queues, with its bounds. The levels of filters count as often as
 * they are in the topic tree. Thread-safe.
 */
final class SessionSpace {

    private final Supplier<BrokerSettings> settings;
    private final SubscriptionIndex index;
    private final AtomicLong taken = new AtomicLong();

    SessionSpace(Supplier<BrokerSettings> settings, SubscriptionIndex index) {
        this.settings = settings;
        this.index = index;
    }

    /**
     * Returns true if there is room.
     *
     * @param session bytes that the session would take
     * @param more bytes that all sessions together would take more
     */
    boolean admits(long session, long more) {
        Bounds bounds = settings.get().bounds();
        return session <= bounds.sessionBytes() && used() + more <= bounds.totalSessionBytes();
    }

    /** Counts bytes that a session takes or, if negative, gives back; levels excepted. */
    void add(long bytes) {
        taken.addAndGet(bytes);
    }

    long used() {
        return taken.get() + (long) Footprint.LEVEL * index.levels();
    }
}
