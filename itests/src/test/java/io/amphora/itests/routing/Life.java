// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.routing;

/** One life of the broker's process, as its clients see it. Thread-safe. */
final class Life {

    private final int number;
    private final long seed;
    private final int port;
    private final boolean quiet;
    private volatile boolean over;

    /** @param quiet whether nothing new is published, all come, and nobody leaves */
    Life(int number, long seed, int port, boolean quiet) {
        this.number = number;
        this.seed = seed;
        this.port = port;
        this.quiet = quiet;
    }

    int number() {
        return number;
    }

    long seed() {
        return seed;
    }

    int port() {
        return port;
    }

    boolean isQuiet() {
        return quiet;
    }

    void end() {
        over = true;
    }

    /** Whether clients are to return. */
    boolean isOver() {
        return over;
    }
}
