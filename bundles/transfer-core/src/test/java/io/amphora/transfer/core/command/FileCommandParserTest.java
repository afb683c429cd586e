// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.command;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.Sha256;
import io.amphora.transfer.core.command.FileCommand.Abort;
import io.amphora.transfer.core.command.FileCommand.Finish;
import io.amphora.transfer.core.command.FileCommand.Init;
import io.amphora.transfer.core.command.FileCommand.Status;
import io.amphora.transfer.core.command.FileCommand.StoreSegment;
import io.amphora.transfer.core.command.ParsedCommand.Accepted;
import io.amphora.transfer.core.command.ParsedCommand.Refused;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.Test;

public class FileCommandParserTest {

    private static final String SHA = "ab".repeat(32);

    @Test
    public void commandsAreReserved() {
        assertTrue(CommandTopic.isReserved("$file/x"));
        assertTrue(CommandTopic.isReserved("$file-async/"));
        assertTrue(CommandTopic.isReserved("$file/#"));
        assertFalse(CommandTopic.isReserved("$file"));
        assertFalse(CommandTopic.isReserved("$file-response/c"));
        assertFalse(CommandTopic.isReserved("a/$file/x"));
    }

    @Test
    public void bothFormsAreCommands() {
        assertFalse(CommandTopic.of("$file/f/abort").asynchronous());
        assertTrue(CommandTopic.of("$file-async/f/abort").asynchronous());
        assertEquals(new Abort("f"), accepted("$file-async/f/abort", ""));
    }

    @Test
    public void init() {
        Init init = (Init) accepted("$file/f/init", "{\"name\":\"a.bin\",\"size\":5}");
        assertEquals("a.bin", init.meta().name().value());
        assertEquals(5, init.meta().size().getAsLong());
    }

    @Test
    public void segment() {
        StoreSegment plain = (StoreSegment) accepted("$file/f/1048576", "abc");
        assertEquals(1_048_576, plain.offset());
        assertEquals(1_048_579, plain.end());
        assertEquals(Optional.empty(), plain.checksum());
        StoreSegment checked = (StoreSegment) accepted("$file/f/0/" + SHA.toUpperCase(java.util.Locale.ROOT), "abc");
        assertEquals(Optional.of(new Sha256(SHA)), checked.checksum());
    }

    @Test
    public void finishAbortAndStatus() {
        assertEquals(new Finish("f", 0, Optional.empty()), accepted("$file/f/fin/0", ""));
        assertEquals(
                new Finish("f", Long.MAX_VALUE, Optional.of(new Sha256(SHA))),
                accepted("$file/f/fin/9223372036854775807/" + SHA, "ignored"));
        assertEquals(new Abort("f"), accepted("$file/f/abort", "ignored"));
        assertEquals(new Status("f"), accepted("$file/f/status", ""));
    }

    @Test
    public void aFileIdMayBeAnyLevel() {
        for (String id : new String[] {".", "..", "init", "fin", "146%", "🌚", " "}) {
            assertEquals(new Abort(id), accepted("$file/" + id + "/abort", ""));
        }
    }

    @Test
    public void whatIsNoCommandIsRefusedWithItsReason() {
        refused("$file/", Reason.INVALID_FILEID);
        refused("$file//init", Reason.INVALID_FILEID);
        refused("$file/x", Reason.INVALID_FILE_COMMAND);
        refused("$file/x/", Reason.INVALID_FILE_COMMAND);
        refused("$file/x/fin", Reason.INVALID_FILE_COMMAND);
        refused("$file/x/init/y", Reason.INVALID_FILE_COMMAND);
        refused("$file/x/abort/", Reason.INVALID_FILE_COMMAND);
        refused("$file/x/status/1", Reason.INVALID_FILE_COMMAND);
        refused("$file/x/0/" + SHA + "/z", Reason.INVALID_FILE_COMMAND);
        refused("$file/x/fin/0/" + SHA + "/z", Reason.INVALID_FILE_COMMAND);
    }

    @Test
    public void numbersAreDigitsUpTo63Bits() {
        for (String number : new String[] {
            "y", "-1", "+1", "1.0", "0x1", "1e3", " 1", "9223372036854775808", "99999999999999999999", "١"
        }) {
            refused("$file/x/" + number, Reason.INVALID_OFFSET);
            refused("$file/x/" + number + "/" + SHA, Reason.INVALID_OFFSET);
            refused("$file/x/fin/" + number, Reason.INVALID_SIZE);
        }
        refused("$file/x/fin/", Reason.INVALID_SIZE);
        refused("$file/x/9223372036854775807", Reason.INVALID_OFFSET); // the segment's end would not fit
    }

    @Test
    public void checksumsAre64HexDigits() {
        for (String sum : new String[] {"", "xyz", SHA.substring(1), SHA + "0", "g" + SHA.substring(1)}) {
            refused("$file/x/0/" + sum, Reason.INVALID_CHECKSUM);
            refused("$file/x/fin/1/" + sum, Reason.INVALID_CHECKSUM);
        }
    }

    @Test
    public void badMetadataIsRefusedWithItsReason() {
        assertEquals(Reason.INVALID_FILEMETA_JSON, refusal("$file/x/init", "{").reason());
        assertEquals(Reason.INVALID_FILEMETA, refusal("$file/x/init", "{}").reason());
        assertEquals(
                Reason.INVALID_FILEMETA, refusal("$file/x/init", "{\"name\":1}").reason());
        assertEquals(
                Reason.INVALID_FILENAME,
                refusal("$file/x/init", "{\"name\":\"..\"}").reason());
    }

    private static FileCommand accepted(String topic, String payload) {
        return ((Accepted) parse(topic, payload)).command();
    }

    private static void refused(String topic, Reason reason) {
        Outcome outcome = refusal(topic, "abc");
        assertEquals(topic, reason, outcome.reason());
        assertEquals(topic, 0x83, outcome.code().code());
    }

    private static Outcome refusal(String topic, String payload) {
        return ((Refused) parse(topic, payload)).outcome();
    }

    private static ParsedCommand parse(String topic, String payload) {
        return FileCommandParser.parse(
                CommandTopic.of(topic), ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8)));
    }
}
