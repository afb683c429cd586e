// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.TransferId;
import java.net.URI;

/** A fact about a transfer. What a transfer is, is the fold over its facts. */
public sealed interface JournalEntry {

    /** The first entry: the transfer began. */
    record Begun(TransferId id, FileMeta meta) implements JournalEntry {}

    /**
     * Bytes stand in the data file.
     *
     * @param crc CRC-32C over them
     */
    record Stored(long offset, int length, int crc) implements JournalEntry {

        public Stored {
            requireRange(offset, length);
        }

        long end() {
            return offset + length;
        }
    }

    /** Bytes that were stored can no longer be trusted. */
    record Lost(long offset, long length) implements JournalEntry {

        public Lost {
            requireRange(offset, length);
        }

        long end() {
            return offset + length;
        }
    }

    /** What was stored before was synced before this was written. */
    record Synced() implements JournalEntry {}

    /** The bytes that are stored and not lost were read back after the machine had stopped. */
    record Verified() implements JournalEntry {}

    /** The file is complete and shall be delivered, with or without the client. From here the data file is frozen. */
    record FinAccepted(long size, Sha256 sha256) implements JournalEntry {

        public FinAccepted {
            requireRange(0, size);
        }
    }

    /** The client has given the file up while it was being delivered: it is deleted as soon as nobody reads it. */
    record Aborted() implements JournalEntry {}

    /** The delivery was given up; the data file may change again, unless an exporter has it. */
    record FinFailed() implements JournalEntry {}

    /** One exporter has the file. */
    record Exported(String exporter, URI location) implements JournalEntry {}

    /**
     * Every exporter that wants the file has it. The data file is gone or about to be.
     *
     * @param at milliseconds since the epoch
     */
    record Delivered(long at) implements JournalEntry {}

    private static void requireRange(long offset, long length) {
        if (offset < 0 || length < 0 || offset > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException("no range: " + length + " bytes from " + offset);
        }
    }
}
