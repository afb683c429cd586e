// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.concurrent.atomic.LongAdder;

/** What the broker has done since it began. Thread-safe. */
final class Counts {

    private final LongAdder published = new LongAdder();
    private final LongAdder publishedBytes = new LongAdder();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder deliveredBytes = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    /** A PUBLISH came in. */
    void published(long payload) {
        published.increment();
        publishedBytes.add(payload);
    }

    /** A PUBLISH went out. */
    void delivered(long payload) {
        delivered.increment();
        deliveredBytes.add(payload);
    }

    /** A message was dropped for one subscriber. */
    void dropped() {
        dropped.increment();
    }

    long publishedMessages() {
        return published.sum();
    }

    long publishedBytes() {
        return publishedBytes.sum();
    }

    long deliveredMessages() {
        return delivered.sum();
    }

    long deliveredBytes() {
        return deliveredBytes.sum();
    }

    long droppedMessages() {
        return dropped.sum();
    }
}
