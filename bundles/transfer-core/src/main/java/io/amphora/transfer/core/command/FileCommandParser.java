// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.command;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.InvalidFileMetaException;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.core.command.FileCommand.Abort;
import io.amphora.transfer.core.command.FileCommand.Finish;
import io.amphora.transfer.core.command.FileCommand.Init;
import io.amphora.transfer.core.command.FileCommand.Status;
import io.amphora.transfer.core.command.FileCommand.StoreSegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Turns topic levels and payload into a {@link FileCommand}, or into what is wrong with them. */
public final class FileCommandParser {

    private static final int MAX_DIGITS = 19;

    private final ByteBuffer payload;
    private final String fileId;
    private final List<String> words;

    private FileCommandParser(List<String> levels, ByteBuffer payload) {
        this.fileId = levels.get(0);
        this.words = levels.subList(1, levels.size());
        this.payload = payload;
    }

    /** Reads a command; {@code payload} becomes part of a segment and is not copied. */
    public static ParsedCommand parse(CommandTopic topic, ByteBuffer payload) {
        return new FileCommandParser(topic.levels(), payload).parse();
    }

    private ParsedCommand parse() {
        if (fileId.isEmpty()) {
            return refused(Reason.INVALID_FILEID, "the file id is empty");
        }
        if (words.isEmpty() || words.get(0).isEmpty()) {
            return refused(Reason.INVALID_FILE_COMMAND, "no command behind the file id");
        }
        return switch (words.get(0)) {
            case "init" -> words.size() == 1 ? init() : tooManyLevels();
            case "abort" -> words.size() == 1 ? accepted(new Abort(fileId)) : tooManyLevels();
            case "status" -> words.size() == 1 ? accepted(new Status(fileId)) : tooManyLevels();
            case "fin" -> finish();
            default -> segment();
        };
    }

    private ParsedCommand init() {
        byte[] json = new byte[payload.remaining()];
        payload.duplicate().get(json);
        try {
            return accepted(new Init(fileId, FileMeta.parse(json)));
        } catch (InvalidFileMetaException e) {
            return refused(reason(e.kind()), e.getMessage());
        }
    }

    private static Reason reason(InvalidFileMetaException.Kind kind) {
        return switch (kind) {
            case NOT_JSON -> Reason.INVALID_FILEMETA_JSON;
            case WRONG_MEMBER -> Reason.INVALID_FILEMETA;
            case UNSAFE_NAME -> Reason.INVALID_FILENAME;
        };
    }

    private ParsedCommand finish() {
        if (words.size() == 1) {
            return refused(Reason.INVALID_FILE_COMMAND, "fin without the size of the file");
        }
        if (words.size() > 3) {
            return tooManyLevels();
        }
        OptionalLong size = number(words.get(1));
        if (size.isEmpty()) {
            return refused(Reason.INVALID_SIZE, "the size is not a number from 0 to 2^63-1");
        }
        return withChecksum(2, checksum -> new Finish(fileId, size.getAsLong(), checksum));
    }

    private ParsedCommand segment() {
        if (words.size() > 2) {
            return tooManyLevels();
        }
        OptionalLong offset = number(words.get(0));
        if (offset.isEmpty() || offset.getAsLong() > Long.MAX_VALUE - payload.remaining()) {
            return refused(Reason.INVALID_OFFSET, "the offset, or the segment's end, is not a number from 0 to 2^63-1");
        }
        return withChecksum(1, checksum -> new StoreSegment(fileId, offset.getAsLong(), payload, checksum));
    }

    /** A command that may end in a checksum. */
    private interface CheckedCommand {
        FileCommand with(Optional<Sha256> checksum);
    }

    private ParsedCommand withChecksum(int index, CheckedCommand command) {
        if (words.size() == index) {
            return accepted(command.with(Optional.empty()));
        }
        try {
            return accepted(command.with(Optional.of(new Sha256(words.get(index)))));
        } catch (IllegalArgumentException e) {
            return refused(Reason.INVALID_CHECKSUM, e.getMessage());
        }
    }

    private static OptionalLong number(String digits) {
        boolean plain = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!plain || digits.length() > MAX_DIGITS) {
            return OptionalLong.empty();
        }
        long value = Long.parseUnsignedLong(digits); // 19 digits always fit
        return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static ParsedCommand accepted(FileCommand command) {
        return new ParsedCommand.Accepted(command);
    }

    private static ParsedCommand tooManyLevels() {
        return refused(Reason.INVALID_FILE_COMMAND, "too many levels behind the file id");
    }

    private static ParsedCommand refused(Reason reason, String detail) {
        return new ParsedCommand.Refused(Outcome.of(reason, detail));
    }
}
