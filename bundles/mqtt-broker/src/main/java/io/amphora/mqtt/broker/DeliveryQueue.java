// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.ArrayDeque;
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

    /** Whether a message fits; one fits into an empty queue whatever its size. */
    boolean hasRoomFor(Delivery delivery, BrokerSettings limits) {
        return waiting.isEmpty() || !isFull(delivery.size(), limits);
    }

    /** Appends a message, whether it fits or not. */
    void add(Delivery delivery) {
        long size = delivery.size();
        waiting.add(delivery);
        bytes += size;
        total.addAndGet(size);
    }

    /** Whether a quarter of it is free again. */
    boolean hasRecovered(BrokerSettings limits) {
        return waiting.isEmpty()
                || (waiting.size() <= limits.queueMessages() * 3L / 4
                        && bytes <= limits.queueBytes() / 4 * 3
                        && total.get() <= limits.totalQueueBytes());
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
        Delivery delivery = waiting.remove();
        bytes -= delivery.size();
        total.addAndGet(-delivery.size());
    }

    /** Removes the messages that a condition holds for. */
    List<Delivery> takeAll(Predicate<Delivery> condition) {
        List<Delivery> taken = waiting.stream().filter(condition).toList();
        for (Delivery delivery : taken) {
            bytes -= delivery.size();
            total.addAndGet(-delivery.size());
        }
        waiting.removeIf(condition);
        return taken;
    }

    /** The messages in order. */
    Iterable<Delivery> all() {
        return waiting;
    }

    void clear() {
        total.addAndGet(-bytes);
        bytes = 0;
        waiting.clear();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }
}
