// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.store;

import io.amphora.mqtt.spi.SessionStore.RecordKey;

/**
 * Where the record of each key stands in the log. It is cut into tables, so that only a small part of it is there twice
 * while it grows. Confined to the store's thread, after it was opened.
 */
final class RecordIndex {

    private static final int TABLES = 64;

    private final RecordTable[] tables = new RecordTable[TABLES];
    private long bytes;
    private int size;

    RecordIndex() {
        for (int i = 0; i < TABLES; i++) {
            tables[i] = new RecordTable();
        }
    }

    /**
     * A record is written.
     *
     * @param address of its value in the log
     * @param length of its value
     */
    void put(RecordKey key, long address, int length) {
        count(table(key).put(key, address, length), -1);
        count(length, 1);
    }

    void remove(RecordKey key) {
        count(table(key).remove(key), -1);
    }

    private void count(int length, int sign) {
        if (length != RecordTable.NONE) {
            bytes += sign * (32L + length);
            size += sign;
        }
    }

    /** Whether the value that begins there is the key's. */
    boolean isCurrent(RecordKey key, long address) {
        return table(key).address(key) == address;
    }

    /** Roughly what the records take in the log. */
    long bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    private RecordTable table(RecordKey key) {
        return tables[(int) RecordTable.hash(key) & (TABLES - 1)];
    }
}
