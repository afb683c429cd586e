// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** One life of the broker's process, as its clients see it. Thread-safe. */
final class Round {

    private final int process;
    private final long seed;
    private final int port;
    private final CrashPoint.Needs needs;
    private final CountDownLatch verifications;
    private final AtomicInteger verified = new AtomicInteger();
    private volatile boolean over;

    Round(int process, long seed, int port, CrashPoint.Needs needs, int clients) {
        this.process = process;
        this.seed = seed;
        this.port = port;
        this.needs = needs;
        this.verifications = new CountDownLatch(clients);
    }

    /** Number of the process. */
    int process() {
        return process;
    }

    long seed() {
        return seed;
    }

    int port() {
        return port;
    }

    /** How many fins of a hundred are followed by an abort. */
    int abortsPerHundred() {
        return needs == CrashPoint.Needs.SLOW_EXPORTS ? 60 : 6;
    }

    /** How many files of a hundred may be deleted as soon as they are delivered. */
    int expiringPerHundred() {
        return needs == CrashPoint.Needs.EXPIRY ? 50 : 3;
    }

    /** A client has compared all that it knows with what the broker says. */
    void verified() {
        verified.incrementAndGet();
        verifications.countDown();
    }

    /** A client has lost the broker before that. */
    void lost() {
        verifications.countDown();
    }

    /** Whether no client compares any more. */
    boolean isSettled() {
        return verifications.getCount() == 0;
    }

    /** Number of clients that have compared all. */
    int verifiedCount() {
        return verified.get();
    }

    /** Whether exporters are, or will be, obstructed for longer than a delivery is tried. */
    boolean finsMayFail() {
        return needs == CrashPoint.Needs.ALL_OBSTRUCTED;
    }

    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }
}
