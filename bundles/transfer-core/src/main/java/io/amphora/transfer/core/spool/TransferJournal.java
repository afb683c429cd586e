// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * An append-only file of entries, each {@code length, CRC-32C, bytes}. A tail that was not written completely is cut off
 * by the next append. Confined to the transfer's strand.
 */
final class TransferJournal {

    private static final int HEADER = 2 * Integer.BYTES;

    /** Bytes of the largest body: two identifiers, metadata and their lengths, with room to spare. */
    private static final int MAX_BODY = 1 << 20;

    private static final int READ_BUFFER = 16 * 1024;

    private long length;
    private boolean mayHaveTail;

    /** Bytes of the file that hold whole entries. */
    long length() {
        return length;
    }

    /** Forgets entries that were appended and do not count; the next append writes over them. */
    void cutTo(long earlierLength) {
        length = earlierLength;
        mayHaveTail = true;
    }

    /** Takes entries until it has seen enough. */
    interface Reader {

        /** Takes one entry; returns whether it wants the next. */
        boolean accept(JournalEntry entry);
    }

    /**
     * Reads a journal from its beginning as far as its entries are whole.
     *
     * @throws UnreadableJournalException if it holds an entry of a later version
     * @throws IOException if the file cannot be read
     */
    static TransferJournal read(FileChannel file, Reader reader) throws IOException {
        TransferJournal journal = new TransferJournal();
        journal.mayHaveTail = true;
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(READ_BUFFER, Math.max(HEADER, file.size())));
        long position = 0;
        for (int read = 0; read >= 0; ) {
            position += read;
            buffer.flip();
            while (isWhole(buffer)) {
                ByteBuffer body = nextBody(buffer);
                if (body == null) {
                    return journal;
                }
                boolean more = reader.accept(JournalCodec.decode(body));
                journal.length = position - buffer.remaining();
                if (!more) {
                    return journal;
                }
            }
            buffer = withRoomForNext(buffer);
            read = file.read(buffer, position);
        }
        return journal;
    }

    private static boolean isWhole(ByteBuffer buffer) {
        return buffer.remaining() >= HEADER && buffer.remaining() - HEADER >= bodyLength(buffer);
    }

    private static int bodyLength(ByteBuffer buffer) {
        int length = buffer.getInt(buffer.position());
        return length > 0 && length <= MAX_BODY ? length : 0;
    }

    /** The body that the buffer stands before, or {@code null} where its check sum says that it is none. */
    private static ByteBuffer nextBody(ByteBuffer buffer) {
        int size = bodyLength(buffer);
        ByteBuffer body = buffer.slice(buffer.position() + HEADER, size);
        if (size == 0 || crc(body.duplicate()) != buffer.getInt(buffer.position() + Integer.BYTES)) {
            return null;
        }
        buffer.position(buffer.position() + HEADER + size);
        return body;
    }

    private static ByteBuffer withRoomForNext(ByteBuffer buffer) {
        int needed = buffer.remaining() < HEADER ? HEADER : HEADER + bodyLength(buffer);
        return needed <= buffer.capacity()
                ? buffer.compact()
                : ByteBuffer.allocate(needed).put(buffer);
    }

    /** Appends entries with one write. If that fails nothing of it counts. */
    void append(FileChannel file, List<? extends JournalEntry> entries) throws IOException {
        ByteBuffer bytes = encode(entries);
        cutTail(file);
        long at = length;
        while (bytes.hasRemaining()) {
            at += file.write(bytes, at);
        }
        length = at;
    }

    /** Bytes that an entry takes. */
    static int bytesOf(JournalEntry entry) {
        return HEADER + JournalCodec.encode(entry).remaining();
    }

    /** Whole entries of a tail would count again if what is written over its beginning ended just before them. */
    private void cutTail(FileChannel file) throws IOException {
        if (mayHaveTail) {
            file.truncate(length);
            mayHaveTail = false;
        }
    }

    private static ByteBuffer encode(List<? extends JournalEntry> entries) {
        List<ByteBuffer> bodies = entries.stream().map(JournalCodec::encode).toList();
        int size = bodies.stream().mapToInt(body -> HEADER + body.remaining()).sum();
        ByteBuffer bytes = ByteBuffer.allocate(size);
        for (ByteBuffer body : bodies) {
            bytes.putInt(body.remaining()).putInt(crc(body.duplicate())).put(body);
        }
        return bytes.flip();
    }

    static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
