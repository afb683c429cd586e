// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.ClientId;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the messages that were dropped for one client, and logs each episode of it once. Thread-safe. */
final class DropCount {

    private static final Logger LOG = LoggerFactory.getLogger(DropCount.class);

    private final ClientId client;
    private final AtomicLong count = new AtomicLong();
    private volatile boolean episode;
    private volatile boolean tooLarge;

    DropCount(ClientId client) {
        this.client = client;
    }

    void add() {
        long dropped = count.incrementAndGet();
        if (!episode) {
            episode = true;
            LOG.info("Queue of {} is full, messages are dropped ({} so far)", client, dropped);
        }
    }

    /** A message exceeded the Maximum Packet Size of the client. The first of the session is logged. */
    void addTooLarge() {
        long dropped = count.incrementAndGet();
        if (!tooLarge) {
            tooLarge = true;
            LOG.info("Dropped a message that exceeds the Maximum Packet Size of {} ({} so far)", client, dropped);
        }
    }

    /** The queue is empty again. */
    void ended() {
        if (episode) {
            episode = false;
            LOG.info("Queue of {} is empty again, {} messages were dropped since its session began", client, count);
        }
    }

    long count() {
        return count.get();
    }
}
