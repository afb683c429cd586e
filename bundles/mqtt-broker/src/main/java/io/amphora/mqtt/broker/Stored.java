// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.spi.SessionStore.Change;
import io.amphora.mqtt.spi.SessionStore.RecordKey;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.util.List;

/**
 * That a message is in the session store: within the one queue record that is about it or, if several sessions wait for
 * it, in a record of its own, which goes with the last of them. Thread-safe.
 */
final class Stored {

    private final long number;
    private final boolean shared;
    private int sessions; // no object of its own, since millions of messages may wait

    /**
     * A message.
     *
     * @param sessions that wait for it
     * @param shared whether it has a record of its own
     */
    Stored(long number, int sessions, boolean shared) {
        this.number = number;
        this.shared = shared;
        this.sessions = sessions;
    }

    /** Names its records; later messages have higher ones. */
    long number() {
        return number;
    }

    boolean isShared() {
        return shared;
    }

    /** A session, which is named by its number, does not wait for it any more; called once for each. */
    void forget(long session, List<Change> changes) {
        changes.add(Change.remove(new RecordKey(RecordKind.QUEUED, session, number)));
        if (isLast() && shared) {
            changes.add(Change.remove(new RecordKey(RecordKind.MESSAGE, 0, number)));
        }
    }

    private synchronized boolean isLast() {
        sessions--;
        return sessions == 0;
    }
}
