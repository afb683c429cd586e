// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.command;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.Sha256;
import java.nio.ByteBuffer;
import java.util.Optional;

/** What a client asks of one of its transfers. */
public sealed interface FileCommand {

    /** The client's name for the file. */
    String fileId();

    /** What it is, in one word. */
    CommandKind kind();

    /** Begins a transfer. */
    record Init(String fileId, FileMeta meta) implements FileCommand {

        @Override
        public CommandKind kind() {
            return CommandKind.INIT;
        }
    }

    /**
     * Stores a block of bytes.
     *
     * @param offset of the first byte in the file, 0 or more; offset and length add up to at most 2^63-1
     * @param bytes a view of the network buffer, valid until the command is answered
     * @param checksum of the bytes, if the client wants them checked
     */
    record StoreSegment(String fileId, long offset, ByteBuffer bytes, Optional<Sha256> checksum)
            implements FileCommand {

        /** Offset behind the last byte. */
        public long end() {
            return offset + bytes.remaining();
        }

        @Override
        public CommandKind kind() {
            return CommandKind.SEGMENT;
        }
    }

    /**
     * Ends a transfer: the file is assembled and delivered.
     *
     * @param size of the file in bytes; it counts, whatever init said
     * @param checksum of the file; it counts before the one of init
     */
    record Finish(String fileId, long size, Optional<Sha256> checksum) implements FileCommand {

        @Override
        public CommandKind kind() {
            return CommandKind.FIN;
        }
    }

    /** Gives a transfer up and deletes what was stored. */
    record Abort(String fileId) implements FileCommand {

        @Override
        public CommandKind kind() {
            return CommandKind.ABORT;
        }
    }

    /** Asks what has arrived. */
    record Status(String fileId) implements FileCommand {

        @Override
        public CommandKind kind() {
            return CommandKind.STATUS;
        }
    }
}
