// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.store;

import io.amphora.mqtt.spi.SessionStore.RecordKey;
import java.util.HashMap;
import java.util.Map;

/** Where the record of each key stands in the log. Confined to the store's thread, after it was opened. */
final class RecordIndex {

    /**
     * A record's place.
     *
     * @param position of its value
     * @param size of its value
     */
    record Place(long segment, long position, int size) {}

    private final Map<RecordKey, Place> places = new HashMap<>();
    private long bytes;

    void put(RecordKey key, Place place) {
        forget(places.put(key, place));
        bytes += cost(place);
    }

    void remove(RecordKey key) {
        forget(places.remove(key));
    }

    private void forget(Place gone) {
        if (gone != null) {
            bytes -= cost(gone);
        }
    }

    /** Whether the value that begins there is the key's. */
    boolean isCurrent(RecordKey key, long segment, long position) {
        Place place = places.get(key);
        return place != null && place.segment() == segment && place.position() == position;
    }

    /** Roughly what the records take in the log. */
    long bytes() {
        return bytes;
    }

    int size() {
        return places.size();
    }

    private static long cost(Place place) {
        return 32L + place.size();
    }
}
