// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.spi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps what has to outlive the broker's process, as records under keys; what stands in a record is the broker's
 * business. One broker uses a store at a time. Thread-safe.
 */
@ConsumerType
public interface SessionStore {

    /** What a record is about. */
    enum RecordKind {
        SCHEMA(0),
        SESSION(1),
        SUBSCRIPTION(2),
        MESSAGE(3),
        QUEUED(4),
        EXCHANGE(5),
        RECEIVED(6),
        RETAINED(7);

        private static final RecordKind[] BY_CODE = values();

        private final int code;

        RecordKind(int code) {
            this.code = code;
        }

        /** Stands for the kind in what is stored, and so never changes. */
        public int code() {
            return code;
        }

        /**
         * The kind that a code stands for.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static RecordKind of(int code) {
            if (code < 0 || code >= BY_CODE.length) {
                throw new IllegalArgumentException("record kind " + code);
            }
            return BY_CODE[code];
        }
    }

    /**
     * Names a record.
     *
     * @param owner of the record, as the broker numbers sessions; 0 for none
     * @param number among the records of its kind and owner
     */
    record RecordKey(RecordKind kind, long owner, long number) {}

    /**
     * A record that is written, or one that is removed.
     *
     * @param value the whole record, which nobody changes afterwards; empty to remove it
     */
    record Change(RecordKey key, Optional<byte[]> value) {

        public static Change put(RecordKey key, byte[] value) {
            return new Change(key, Optional.of(value));
        }

        public static Change remove(RecordKey key) {
            return new Change(key, Optional.empty());
        }
    }

    /** Takes a stored record. */
    interface Reader {

        /**
         * Takes one record.
         *
         * @param value valid during the call
         */
        void record(RecordKey key, ByteBuffer value);
    }

    /**
     * Hands over every record, in any order. Called before the first write; may block.
     *
     * @throws IOException if what is stored cannot be read
     */
    void read(Reader reader) throws IOException;

    /**
     * Makes changes: all of them or none, and after those of earlier calls. Never blocks.
     *
     * @param changes none, to learn when the earlier ones are stored
     * @return completes on any thread when they are stored; exceptionally with an {@link IOException} if they are not
     */
    CompletionStage<Void> write(List<Change> changes);
}
