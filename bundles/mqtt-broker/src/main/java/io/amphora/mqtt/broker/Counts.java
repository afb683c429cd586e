// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.spi.Traffic;
import java.util.concurrent.atomic.LongAdder;

/** What the broker has done since it began. Thread-safe. */
final class Counts implements Traffic {

    private final LongAdder receivedPackets = new LongAdder();
    private final LongAdder receivedBytes = new LongAdder();
    private final LongAdder sentPackets = new LongAdder();
    private final LongAdder sentBytes = new LongAdder();
    private final LongAdder published = new LongAdder();
    private final LongAdder publishedBytes = new LongAdder();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder deliveredBytes = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder connections = new LongAdder();
    private final LongAdder sockets = new LongAdder();
    private final LongAdder expired = new LongAdder();

    @Override
    public void received(long bytes) {
        receivedPackets.increment();
        receivedBytes.add(bytes);
    }

    @Override
    public void sent(long bytes) {
        sentPackets.increment();
        sentBytes.add(bytes);
    }

    /** A network connection was opened, whatever becomes of it. */
    void opened() {
        sockets.increment();
    }

    /** The session of a client that stayed away for too long has ended. */
    void expired() {
        expired.increment();
    }

    /** A client connected. */
    void connected() {
        connections.increment();
    }

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

    long receivedPackets() {
        return receivedPackets.sum();
    }

    long receivedBytes() {
        return receivedBytes.sum();
    }

    long sentPackets() {
        return sentPackets.sum();
    }

    long sentBytes() {
        return sentBytes.sum();
    }

    long connections() {
        return connections.sum();
    }

    long sockets() {
        return sockets.sum();
    }

    long expiredSessions() {
        return expired.sum();
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
