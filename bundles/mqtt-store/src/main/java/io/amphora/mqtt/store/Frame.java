// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.store;

import io.amphora.mqtt.spi.SessionStore.Change;
import io.amphora.mqtt.spi.SessionStore.RecordKey;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Changes that are stored together, as they stand in the log: {@code length, CRC-32C, changes}; a change is {@code kind,
 * owner, number, length of the value or -1, value}. Pure.
 */
final class Frame {

    static final int HEADER = 8;

    private static final int CHANGE = 1 + 8 + 8 + 4;
    private static final int REMOVED = -1;

    private Frame() {}

    /** Takes a change that stands in the log. */
    interface Visitor {

        /**
         * A change.
         *
         * @param offset in the frame's body at which the value begins
         * @param length of the value, negative if the record is removed
         */
        void change(RecordKey key, int offset, int length);
    }

    /** Bytes that a change takes. */
    static int size(Change change) {
        return CHANGE + change.value().map(value -> value.length).orElse(0);
    }

    static byte[] encode(List<Change> changes) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(HEADER + 64 * changes.size());
        try (DataOutputStream out = new DataOutputStream(body)) {
            out.writeLong(0); // the header's place
            for (Change change : changes) {
                write(out, change);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] frame = body.toByteArray();
        ByteBuffer.wrap(frame)
                .putInt(frame.length - HEADER)
                .putInt(crc(ByteBuffer.wrap(frame, HEADER, frame.length - HEADER)));
        return frame;
    }

    private static void write(DataOutputStream out, Change change) throws IOException {
        out.writeByte(change.key().kind().code());
        out.writeLong(change.key().owner());
        out.writeLong(change.key().number());
        Optional<byte[]> value = change.value();
        out.writeInt(value.map(bytes -> bytes.length).orElse(REMOVED));
        if (value.isPresent()) {
            out.write(value.get());
        }
    }

    static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** Walks through a body whose CRC is right. */
    static void visit(ByteBuffer body, Visitor visitor) {
        ByteBuffer in = body.duplicate();
        while (in.hasRemaining()) {
            RecordKey key = new RecordKey(RecordKind.of(in.get()), in.getLong(), in.getLong());
            int length = in.getInt();
            visitor.change(key, in.position() - body.position(), length);
            in.position(in.position() + Math.max(0, length));
        }
    }
}
