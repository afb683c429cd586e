// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a reading of the broker's clock in the store. A new one is written when either clock was set since the last one,
 * and every ten minutes. Thread-safe.
 */
final class ClockRecord implements Runnable {

    /** How often to look. */
    static final long SECONDS = 60;

    private static final long DRIFT_MILLIS = 1_000;
    private static final long OLDEST_MILLIS = TimeUnit.MINUTES.toMillis(10);

    private final Persistence persistence;
    private BrokerClock.Reading last;

    ClockRecord(Persistence persistence) {
        this.persistence = persistence;
        this.last = persistence.clock().read();
    }

    /** Stores a reading if the last one is of no more use. */
    @Override
    public synchronized void run() {
        BrokerClock.Reading now = persistence.clock().read();
        if (now.driftSince(last) > DRIFT_MILLIS || now.broker() - last.broker() >= OLDEST_MILLIS) {
            store();
        }
    }

    synchronized void store() {
        last = persistence.clock().read();
        var unused = persistence.write(List.of(Persistence.schema(last))); // a failure is logged there
    }
}
