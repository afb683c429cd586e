// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.amphora.transfer.Sha256;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whatever a client publishes is refused with a reason, or is the command that its topic spells. */
public final class FileCommandFuzz {

    private FileCommandFuzz() {}

    /** Called by the fuzzer; the topic behind its prefix ends with the first line, the payload is the rest. */
    public static void fuzzerTestOneInput(byte[] input) {
        int end = 0;
        while (end < input.length && input[end] != '\n') {
            end++;
        }
        String rest = new String(input, 0, end, UTF_8);
        ByteBuffer payload = ByteBuffer.wrap(Arrays.copyOfRange(input, Math.min(end + 1, input.length), input.length));
        String topic = (input.length % 2 == 0 ? "$file/" : "$file-async/") + rest;
        require(CommandTopic.isReserved(topic), topic);
        ParsedCommand parsed = FileCommandParser.parse(CommandTopic.of(topic), payload);
        if (parsed instanceof ParsedCommand.Accepted accepted) {
            require(spelling(accepted.command()).equals(plain(rest)), topic + " was read as " + accepted);
        } else if (parsed instanceof ParsedCommand.Refused refused) {
            Outcome outcome = refused.outcome();
            require(outcome.code().code() == 0x83 && !outcome.detail().isEmpty(), outcome.toString());
        }
    }

    /** The topic of a command, numbers without zeros in front, checksums in small letters. */
    private static String spelling(FileCommand command) {
        if (command instanceof FileCommand.Init) {
            return command.fileId() + "/init";
        } else if (command instanceof FileCommand.StoreSegment segment) {
            require(segment.offset() >= 0 && segment.end() >= segment.offset(), segment.toString());
            return command.fileId() + "/" + segment.offset() + checksum(segment.checksum());
        } else if (command instanceof FileCommand.Finish fin) {
            return command.fileId() + "/fin/" + fin.size() + checksum(fin.checksum());
        } else if (command instanceof FileCommand.Abort) {
            return command.fileId() + "/abort";
        }
        return command.fileId() + "/status";
    }

    private static String checksum(Optional<Sha256> checksum) {
        return checksum.map(sha256 -> "/" + sha256.hex()).orElse("");
    }

    private static String plain(String rest) {
        String[] levels = rest.split("/", -1);
        int number = levels.length > 2 && levels[1].equals("fin") ? 2 : 1;
        levels[number] = levels[number].replaceFirst("^0+(?=[0-9])", "");
        if (levels.length > number + 1) {
            levels[number + 1] = levels[number + 1].toLowerCase(Locale.ROOT);
        }
        return String.join("/", levels);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }
}
