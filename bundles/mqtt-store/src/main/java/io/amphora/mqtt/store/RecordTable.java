// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.store;

import io.amphora.mqtt.spi.SessionStore.RecordKey;

/**
 * Addresses and lengths of records by their keys: a hash table in one array, since objects for each of millions of records
 * would take twice the memory and much of the collector's time. A key stands in the slot that its hash asks for or in the
 * next free one behind it. Not thread-safe; its index guards it.
 */
final class RecordTable {

    /** No record. */
    static final int NONE = -1;

    private static final int FEWEST_SLOTS = 16;

    private static final int OWNER = 0;
    private static final int NUMBER = 1;
    private static final int ADDRESS = 2;
    private static final int KIND_AND_LENGTH = 3; // 0: the slot is free
    private static final int SLOT = 4;

    private long[] slots = new long[FEWEST_SLOTS * SLOT];
    private int used;

    static long hash(RecordKey key) {
        return hash(key.owner(), key.number());
    }

    /** Without the kind: the few records that differ in nothing else stand side by side. */
    private static long hash(long owner, long number) {
        long mixed = (owner * 0x9E3779B97F4A7C15L + number) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 32)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 29);
    }

    /** Returns the length of the record that it replaces, or {@link #NONE}. */
    int put(RecordKey key, long address, int length) {
        if ((used + 1L) * SLOT * 4 > slots.length * 3L) {
            grow();
        }
        int slot = find(key);
        int before = length(slot);
        used += before == NONE ? 1 : 0;
        slots[slot + OWNER] = key.owner();
        slots[slot + NUMBER] = key.number();
        slots[slot + ADDRESS] = address;
        slots[slot + KIND_AND_LENGTH] = kindBits(key) | length;
        return before;
    }

    /** Returns the length of the record that was there, or {@link #NONE}. */
    int remove(RecordKey key) {
        int slot = find(key);
        int length = length(slot);
        if (length != NONE) {
            used--;
            free(slot);
        }
        return length;
    }

    /** Where the record stands, or {@link #NONE}. */
    long address(RecordKey key) {
        int slot = find(key);
        return isFree(slot) ? NONE : slots[slot + ADDRESS];
    }

    private boolean isFree(int slot) {
        return slots[slot + KIND_AND_LENGTH] == 0;
    }

    private int length(int slot) {
        return isFree(slot) ? NONE : (int) slots[slot + KIND_AND_LENGTH];
    }

    private static long kindBits(RecordKey key) {
        return (key.kind().code() + 1L) << Integer.SIZE;
    }

    /** The slot of a key, or the free one in which it would stand. */
    private int find(RecordKey key) {
        long kind = kindBits(key) >>> Integer.SIZE;
        int slot = home(key.owner(), key.number());
        while (!isFree(slot)
                && (slots[slot + NUMBER] != key.number()
                        || slots[slot + OWNER] != key.owner()
                        || slots[slot + KIND_AND_LENGTH] >>> Integer.SIZE != kind)) {
            slot = next(slot);
        }
        return slot;
    }

    /** By the upper half of the hash, since the lowest bits choose the table. */
    private int home(long owner, long number) {
        long count = slots.length / SLOT;
        return (int) (((hash(owner, number) >>> Integer.SIZE) * count) >>> Integer.SIZE) * SLOT;
    }

    private int next(int slot) {
        return slot + SLOT == slots.length ? 0 : slot + SLOT;
    }

    /** Frees a slot, and moves up those behind it that would not be found any more. */
    private void free(int slot) {
        int gap = slot;
        for (int at = next(gap); !isFree(at); at = next(at)) {
            int home = home(slots[at + OWNER], slots[at + NUMBER]);
            boolean behindGap = gap < at ? gap < home && home <= at : gap < home || home <= at;
            if (!behindGap) {
                System.arraycopy(slots, at, slots, gap, SLOT);
                gap = at;
            }
        }
        slots[gap + KIND_AND_LENGTH] = 0;
    }

    private void grow() {
        long[] before = slots;
        slots = new long[before.length / SLOT * 3 / 2 * SLOT];
        for (int from = 0; from < before.length; from += SLOT) {
            if (before[from + KIND_AND_LENGTH] != 0) {
                int slot = home(before[from + OWNER], before[from + NUMBER]);
                while (!isFree(slot)) {
                    slot = next(slot);
                }
                System.arraycopy(before, from, slots, slot, SLOT);
            }
        }
    }
}
