// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

/**
 * How much of something happens in a minute, averaged over some minutes so that what is longer ago counts less. Confined to
 * its owner's thread.
 */
final class LoadAverage {

    private static final double MINUTE = 60e9;

    private final int minutes;
    private double perMinute;
    private long count;
    private long at;

    /** Begins at a moment at which nothing has happened. */
    LoadAverage(int minutes, long nanoTime) {
        this.minutes = minutes;
        this.at = nanoTime;
    }

    int minutes() {
        return minutes;
    }

    /** Takes the count of now, and returns the average. */
    double update(long next, long nanoTime) {
        double passed = (nanoTime - at) / MINUTE;
        if (passed > 0) {
            double old = Math.exp(-passed / minutes);
            perMinute = perMinute * old + (next - count) / passed * (1 - old);
            count = next;
            at = nanoTime;
        }
        return perMinute;
    }
}
