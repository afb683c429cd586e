// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What all sessions share. Immutable; what it refers to is thread-safe.
 *
 * @param queuedBytes bytes that wait for all subscribers
 * @param timer runs what is due later
 * @param takeovers held by whoever takes messages over from other sessions, since two sessions are locked for that
 */
record SessionContext(
        SubscriptionIndex index,
        SessionSpace space,
        RetainedMessages retained,
        AtomicLong queuedBytes,
        Supplier<BrokerSettings> current,
        LongSupplier clock,
        ScheduledExecutorService timer,
        Counts counts,
        Persistence persistence,
        ReentrantLock takeovers) {

    BrokerSettings settings() {
        return current.get();
    }

    long nanoTime() {
        return clock.getAsLong();
    }
}
