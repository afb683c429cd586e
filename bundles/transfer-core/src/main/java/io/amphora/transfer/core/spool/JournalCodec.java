// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.InvalidFileMetaException;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.core.spool.JournalEntry.Aborted;
import io.amphora.transfer.core.spool.JournalEntry.Begun;
import io.amphora.transfer.core.spool.JournalEntry.Delivered;
import io.amphora.transfer.core.spool.JournalEntry.Exported;
import io.amphora.transfer.core.spool.JournalEntry.FinAccepted;
import io.amphora.transfer.core.spool.JournalEntry.FinFailed;
import io.amphora.transfer.core.spool.JournalEntry.Lost;
import io.amphora.transfer.core.spool.JournalEntry.Stored;
import io.amphora.transfer.core.spool.JournalEntry.Synced;
import io.amphora.transfer.core.spool.JournalEntry.Verified;
import java.net.URI;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Journal entries as bytes: one byte for the kind, then the fields in order, integers big-endian, texts as length and
 * UTF-8. The numbers of the kinds never change.
 */
final class JournalCodec {

    private static final byte BEGUN = 1;
    private static final byte STORED = 2;
    private static final byte LOST = 3;
    private static final byte VERIFIED = 4;
    private static final byte FIN_ACCEPTED = 5;
    private static final byte FIN_FAILED = 6;
    private static final byte EXPORTED = 7;
    private static final byte DELIVERED = 8;
    private static final byte ABORTED = 9;
    private static final byte SYNCED = 10;

    private JournalCodec() {}

    static ByteBuffer encode(JournalEntry entry) {
        if (entry instanceof Stored stored) {
            return body(STORED, Long.BYTES + 2 * Integer.BYTES)
                    .putLong(stored.offset())
                    .putInt(stored.length())
                    .putInt(stored.crc())
                    .flip();
        } else if (entry instanceof Begun begun) {
            return texts(
                    BEGUN,
                    begun.id().clientId(),
                    begun.id().fileId(),
                    begun.meta().toJson());
        } else if (entry instanceof FinAccepted fin) {
            return body(FIN_ACCEPTED, Long.BYTES + Sha256.LENGTH)
                    .putLong(fin.size())
                    .put(fin.sha256().bytes())
                    .flip();
        } else if (entry instanceof Exported exported) {
            return texts(EXPORTED, exported.exporter(), exported.location().toString());
        } else if (entry instanceof Lost lost) {
            return body(LOST, 2 * Long.BYTES)
                    .putLong(lost.offset())
                    .putLong(lost.length())
                    .flip();
        }
        if (entry instanceof Delivered delivered) {
            return body(DELIVERED, Long.BYTES).putLong(delivered.at()).flip();
        }
        return body(kindOfBare(entry), 0).flip();
    }

    private static byte kindOfBare(JournalEntry entry) {
        if (entry instanceof Verified) {
            return VERIFIED;
        } else if (entry instanceof FinFailed) {
            return FIN_FAILED;
        } else if (entry instanceof Aborted) {
            return ABORTED;
        } else if (entry instanceof Synced) {
            return SYNCED;
        }
        throw new AssertionError(entry);
    }

    private static ByteBuffer body(byte kind, int size) {
        return ByteBuffer.allocate(1 + size).put(kind);
    }

    private static ByteBuffer texts(byte kind, String... texts) {
        byte[][] encoded = new byte[texts.length][];
        int size = 0;
        for (int i = 0; i < texts.length; i++) {
            encoded[i] = texts[i].getBytes(StandardCharsets.UTF_8);
            size += Integer.BYTES + encoded[i].length;
        }
        ByteBuffer body = body(kind, size);
        for (byte[] text : encoded) {
            body.putInt(text.length).put(text);
        }
        return body.flip();
    }

    /**
     * The entry of a body that passed its check sum.
     *
     * @throws UnreadableJournalException if it is none: the journal was not written by this version
     */
    static JournalEntry decode(ByteBuffer body) throws UnreadableJournalException {
        try {
            JournalEntry entry = decodeFields(body.get(), body);
            if (body.hasRemaining()) {
                throw new IllegalArgumentException("bytes left over");
            }
            return entry;
        } catch (BufferUnderflowException | IllegalArgumentException | InvalidFileMetaException e) {
            throw new UnreadableJournalException("journal entry that cannot be read", e);
        }
    }

    private static JournalEntry decodeFields(byte kind, ByteBuffer body) throws InvalidFileMetaException {
        return switch (kind) {
            case BEGUN ->
                new Begun(
                        new TransferId(text(body), text(body)),
                        FileMeta.parse(text(body).getBytes(StandardCharsets.UTF_8)));
            case STORED -> new Stored(body.getLong(), body.getInt(), body.getInt());
            case LOST -> new Lost(body.getLong(), body.getLong());
            case VERIFIED -> new Verified();
            case FIN_ACCEPTED -> new FinAccepted(body.getLong(), sha256(body));
            case FIN_FAILED -> new FinFailed();
            case ABORTED -> new Aborted();
            case SYNCED -> new Synced();
            case EXPORTED -> new Exported(text(body), URI.create(text(body)));
            case DELIVERED -> new Delivered(body.getLong());
            default -> throw new IllegalArgumentException("unknown kind " + kind);
        };
    }

    private static Sha256 sha256(ByteBuffer body) {
        byte[] digest = new byte[Sha256.LENGTH];
        body.get(digest);
        return Sha256.of(digest);
    }

    private static String text(ByteBuffer body) {
        int length = body.getInt();
        if (length < 0 || length > body.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        body.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
