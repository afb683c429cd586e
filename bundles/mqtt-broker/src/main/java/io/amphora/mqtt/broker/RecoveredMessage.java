// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

/** A message that has a record of its own in the store. Confined to the thread that reads the store. */
final class RecoveredMessage {

    private final Delivery.Arrival arrival;
    private int sessions;
    private Stored place;

    RecoveredMessage(Delivery.Arrival arrival) {
        this.arrival = arrival;
    }

    Delivery.Arrival arrival() {
        return arrival;
    }

    /** One more session waits for it; before {@link #place}. */
    void count() {
        sessions++;
    }

    /** Its place, which all sessions share that wait for it. */
    Stored place(long number) {
        place = place == null ? new Stored(number, sessions, true) : place;
        return place;
    }

    /** Whether any session asked for its place. */
    boolean isWanted() {
        return place != null;
    }
}
