// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Messages that wait for one subscriber, bounded by their number, by their bytes, and by the bytes that wait for all
 * subscribers together. Not thread-safe, except that queues share the total; its session guards it.
 */
final class DeliveryQueue {

    private final ArrayDeque<Delivery> waiting = new ArrayDeque<>(4);
    private final AtomicLong total;
    private long bytes;

    /** @param total bytes in all queues that share it */
    DeliveryQueue(AtomicLong total) {
        this.total = total;
    }

    /**
     * Whether a message fits. For an empty queue its own bounds do not count, and all queues together may hold a quarter
     * more, so that clients that keep up are served while others fill theirs.
     */
    boolean hasRoomFor(Delivery delivery, BrokerSettings limits) {
        return waiting.isEmpty() ? hasReserveFor(delivery.size(), limits) : !isFull(delivery.size(), limits);
    }

    private boolean hasReserveFor(long size, BrokerSettings limits) {
        long others = total.get();
        return others == 0 || others + size - limits.totalQueueBytes() / 4 <= limits.totalQueueBytes();
    }

    /** Appends a message, whether it fits or not. */
    void add(Delivery delivery) {
        waiting.add(delivery);
        count(delivery.size());
    }

    private void count(long size) {
        bytes += size;
        total.addAndGet(size);
    }

    /** Puts what was taken from it back to where it was, as far as all queues together have room; returns the others. */
    List<Delivery> putBack(List<Delivery> earlier, BrokerSettings limits) {
        Deque<Delivery> back = new ArrayDeque<>(earlier.size());
        List<Delivery> others = new ArrayList<>(0);
        for (Delivery delivery : earlier) {
            long size = delivery.size();
            if (total.get() + size > limits.totalQueueBytes()) {
                others.add(delivery);
            } else {
                back.push(delivery);
                count(size);
            }
        }
        back.forEach(waiting::addFirst); // the last one first
        return others;
    }

    /** Whether a quarter of it is free again. */
    boolean hasRecovered(BrokerSettings limits) {
        return waiting.isEmpty()
                || (waiting.size() <= limits.queueMessages() * 3L / 4
                        && bytes <= limits.queueBytes() / 4 * 3
                        && total.get() <= limits.totalQueueBytes());
    }

    /** Whether half of it is free. */
    boolean isLow(BrokerSettings limits) {
        return waiting.isEmpty() || (waiting.size() <= limits.queueMessages() / 2 && bytes <= limits.queueBytes() / 2);
    }

    /**
     * Whether a message that waits elsewhere may come here: a quarter is left to those that are published meanwhile. All
     * queues together do not hold more for it.
     */
    boolean mayAdopt(Delivery delivery, BrokerSettings limits) {
        return waiting.isEmpty()
                || (waiting.size() < limits.queueMessages() * 3L / 4
                        && bytes + delivery.size() <= limits.queueBytes() / 4 * 3);
    }

    long bytes() {
        return bytes;
    }

    private boolean isFull(long size, BrokerSettings limits) {
        return waiting.size() >= limits.queueMessages()
                || bytes + size > limits.queueBytes()
                || total.get() + size > limits.totalQueueBytes();
    }

    Optional<Delivery> peek() {
        return Optional.ofNullable(waiting.peek());
    }

    void remove() {
        count(-waiting.remove().size());
    }

    /** Removes the messages that a condition holds for, one by one, until one is not wanted. */
    void take(Predicate<Delivery> condition, Predicate<Delivery> taker) {
        ArrayDeque<Delivery> passed = new ArrayDeque<>(0);
        for (Delivery next = waiting.peek(); next != null; next = waiting.peek()) {
            if (!condition.test(next)) {
                passed.push(waiting.remove());
            } else if (taker.test(next)) {
                remove();
            } else {
                break;
            }
        }
        passed.forEach(waiting::addFirst); // the last that was passed first
    }

    /** The messages in order. */
    Iterable<Delivery> all() {
        return waiting;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }
}
