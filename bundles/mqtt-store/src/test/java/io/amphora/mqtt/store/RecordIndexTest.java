// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.spi.SessionStore.RecordKey;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.Test;

/** What the index tells of the records that were put and removed. */
public final class RecordIndexTest {

    private record Place(long address, int length) {}

    private static RecordKey key(long owner, long number) {
        return new RecordKey(RecordKind.QUEUED, owner, number);
    }

    private static void check(String what, Map<RecordKey, Place> expected, RecordIndex index) {
        assertEquals(what, expected.size(), index.size());
        assertEquals(
                what,
                expected.values().stream()
                        .mapToLong(place -> 32L + place.length())
                        .sum(),
                index.bytes());
        expected.forEach((key, place) -> assertTrue(what + ": " + key, index.isCurrent(key, place.address())));
    }

    @Test
    public void itAgreesWithAMapUnderRandomChanges() {
        long seed = Long.getLong("amphora.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<RecordKey, Place> expected = new HashMap<>();
        RecordIndex index = new RecordIndex();
        RecordKind[] kinds = RecordKind.values();
        for (int round = 0; round < 400_000; round++) {
            int spread = round < 200_000 ? 5_000 : 20;
            RecordKey key =
                    new RecordKey(kinds[random.nextInt(kinds.length)], random.nextInt(4), random.nextInt(spread));
            if (random.nextInt(5) < 2) {
                index.remove(key);
                expected.remove(key);
            } else {
                Place place = new Place(random.nextLong() >>> 1, random.nextInt(1 << 30));
                index.put(key, place.address(), place.length());
                expected.put(key, place);
            }
            if (round % 20_000 == 0) {
                check("seed " + seed, expected, index);
            }
        }
        check("seed " + seed, expected, index);
        for (RecordKey key : Map.copyOf(expected).keySet()) {
            index.remove(key);
        }
        check("seed " + seed, Map.of(), index);
    }

    @Test
    public void onlyTheLastPlaceOfAKeyIsCurrent() {
        RecordIndex index = new RecordIndex();
        index.put(key(1, 1), 8, 3);
        index.put(key(1, 1), 100, 0);
        assertFalse(index.isCurrent(key(1, 1), 8));
        assertTrue(index.isCurrent(key(1, 1), 100));
        assertFalse("another kind", index.isCurrent(new RecordKey(RecordKind.EXCHANGE, 1, 1), 100));
        index.remove(key(1, 1));
        index.remove(key(1, 1));
        assertFalse(index.isCurrent(key(1, 1), 100));
        assertEquals(0, index.size());
    }

    @Test
    public void keysOfWholeNumberRangesAreKept() {
        RecordIndex index = new RecordIndex();
        Map<RecordKey, Place> expected = new HashMap<>();
        for (long number : new long[] {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32}) {
            for (long owner : new long[] {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32}) {
                Place place = new Place(Long.MAX_VALUE - expected.size(), Integer.MAX_VALUE);
                index.put(key(owner, number), place.address(), place.length());
                expected.put(key(owner, number), place);
            }
        }
        check("extremes", expected, index);
    }
}
