// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import java.util.concurrent.CountDownLatch;

/** One life of the broker's process, as its clients see it. Thread-safe. */
final class Round {

    private final int process;
    private final long seed;
    private final int port;
    private final CrashPoint.Needs needs;
    private final CountDownLatch verifications;
    private volatile boolean over;
    private volatile boolean obstructed;

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

    /** A client has compared what it knows with what the broker says, or has lost it. */
    void verified() {
        verifications.countDown();
    }

    boolean isVerified() {
        return verifications.getCount() == 0;
    }

    /** From here on fins may fail. */
    void obstructed() {
        obstructed = needs == CrashPoint.Needs.ALL_OBSTRUCTED;
    }

    boolean finsMayFail() {
        return obstructed;
    }

    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }
}
