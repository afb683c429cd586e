// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import io.amphora.itests.load.Latencies;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the clients of a run have seen, and which part of the run it is. Thread-safe; the latencies of acknowledgements are
 * confined to the publishers' thread, those of arrivals to the subscribers'.
 */
final class Counts {

    private final LongAdder sent = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder disordered = new LongAdder();
    private final LongAdder lostConnections = new LongAdder();
    private final Latencies acknowledgedAfter = new Latencies();
    private final Latencies acknowledgedAfterDue = new Latencies();
    private final Latencies arrivedAfter = new Latencies();
    private final Latencies arrivedAfterDue = new Latencies();
    private volatile boolean measuring;
    private volatile boolean stopped = true;
    private volatile long start;
    private volatile IOException lastLoss;

    void measure(boolean on) {
        measuring = on;
    }

    boolean isMeasuring() {
        return measuring;
    }

    void begin() {
        start = System.nanoTime();
        stopped = false;
    }

    void stop() {
        stopped = true;
    }

    /** Moment of the first message. */
    long start() {
        return start;
    }

    /** Whether nothing is published, be it not yet or no more. */
    boolean isStopped() {
        return stopped;
    }

    /** Messages that were written. */
    LongAdder sent() {
        return sent;
    }

    /** Messages that were acknowledged to their publishers; with QoS 2 those that were completed. */
    LongAdder acknowledged() {
        return acknowledged;
    }

    /** Messages that arrived, each once for each subscriber. */
    LongAdder received() {
        return received;
    }

    /** Messages that had arrived before. */
    LongAdder duplicates() {
        return duplicates;
    }

    /** Messages that arrived for the first time behind later ones of the same publisher. */
    LongAdder disordered() {
        return disordered;
    }

    LongAdder lostConnections() {
        return lostConnections;
    }

    void lostConnection(IOException cause) {
        lostConnections.increment();
        lastLoss = cause;
    }

    /** Why a connection was lost, or {@code null}. */
    IOException lastLoss() {
        return lastLoss;
    }

    /** From the moment of writing. */
    Latencies acknowledgedAfter() {
        return acknowledgedAfter;
    }

    /** From the moment that the message was due. */
    Latencies acknowledgedAfterDue() {
        return acknowledgedAfterDue;
    }

    Latencies arrivedAfter() {
        return arrivedAfter;
    }

    Latencies arrivedAfterDue() {
        return arrivedAfterDue;
    }
}
