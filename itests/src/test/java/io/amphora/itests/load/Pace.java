// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

/** Keeps one connection to a rate, making up for what it could not send in time. Confined to one thread. */
final class Pace {

    private final int rate;
    private long begun;
    private long sent;

    /** @param rate megabytes a second; 0 is as fast as it can */
    Pace(int rate) {
        this.rate = rate;
    }

    void begin() {
        begun = System.nanoTime();
    }

    /** Whether more may be sent already. */
    boolean isDue() {
        return rate == 0
                || sent <= (System.nanoTime() - begun) / 1e3 * rate; // a megabyte a second is a byte a microsecond
    }

    void sent(int bytes) {
        sent += bytes;
    }
}
