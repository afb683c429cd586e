// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.spi.PublishResult;
import io.amphora.transfer.TransferId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

/** A file is received segment by segment, checked, and delivered whole. */
public final class UploadTest extends FileTransferCase {

    @Test
    public void aFileIsDeliveredWhole() {
        init("f");
        ok("$file/f/0", "hello ");
        ok("$file/f/6", "world");
        ok("$file/f/fin/11", "");

        assertEquals(Optional.of("hello world"), broker.exported("f"));
    }

    @Test
    public void aSegmentWithoutInitIsUnknown() {
        refused(0x10, "unknown_transfer", "$file/f/0", "x");
        refused(0x80, "unknown_transfer", "$file/f/fin/1", "");
        refused(0x10, "unknown_transfer", "$file/f/status", "");
        ok("$file/f/abort", "");
    }

    @Test
    public void initAgainIsHarmlessIfItSaysTheSame() {
        init("f");
        init("f");
        refused(0x83, "filemeta_conflict", "$file/f/init", "{\"name\":\"other\"}");
        ok("$file/f/0", "x");
    }

    @Test
    public void finWithAGapNamesTheFirstMissingRange() {
        init("f");
        ok("$file/f/0", "ab");
        ok("$file/f/4", "ef");

        PublishResult result = broker.send("$file/f/fin/8", "");
        assertEquals(0x80, result.reasonCode().code());
        assertTrue(result.toString(), result.reason().get().startsWith("incomplete: "));
        assertTrue(result.toString(), result.reason().get().contains("[2, 4)"));
        ok("$file/f/2", "cd");
        ok("$file/f/6", "gh");
        ok("$file/f/fin/8", "");
        assertEquals(Optional.of("abcdefgh"), broker.exported("f"));
    }

    @Test
    public void aWrongChecksumKeepsEverything() {
        init("f");
        refused(0x80, "checksum_mismatch", "$file/f/0/" + sha256("no"), "yes");
        refused(0x80, "incomplete", "$file/f/fin/3", "");
        ok("$file/f/0/" + sha256("yes"), "yes");
        refused(0x80, "checksum_mismatch", "$file/f/fin/3/" + sha256("no"), "");
        ok("$file/f/fin/3/" + sha256("yes"), "");

        assertEquals(Optional.of("yes"), broker.exported("f"));
    }

    @Test
    public void theChecksumOfInitCountsUnlessFinBringsOne() {
        ok("$file/f/init", "{\"name\":\"n\",\"checksum\":\"" + sha256("no") + "\"}");
        ok("$file/f/0", "yes");
        refused(0x80, "checksum_mismatch", "$file/f/fin/3", "");
        ok("$file/f/fin/3/" + sha256("yes"), "");
    }

    @Test
    public void theSizeOfFinCounts() {
        ok("$file/f/init", "{\"name\":\"n\",\"size\":100}");
        ok("$file/f/0", "abcdef");
        ok("$file/f/fin/3", "");

        assertEquals(Optional.of("abc"), broker.exported("f"));
    }

    @Test
    public void anEmptyFileIsDelivered() {
        init("f");
        ok("$file/f/0", "");
        ok("$file/f/fin/0", "");

        assertEquals(Optional.of(""), broker.exported("f"));
    }

    @Test
    public void segmentsSurviveARestart() throws IOException {
        init("f");
        ok("$file/f/3", "def");
        broker.restart();
        ok("$file/f/0", "abc");
        ok("$file/f/fin/6/" + sha256("abcdef"), "");

        assertEquals(Optional.of("abcdef"), broker.exported("f"));
    }

    @Test
    public void hostileIdentifiersWork() {
        for (String id : List.of(".", "..", "🌚", "%2e", "x".repeat(60_000))) {
            upload(id, "abc");
            assertEquals(Optional.of("abc"), broker.exported(id));
        }
        assertEquals(
                new TransferId("a", "bc").key().hex().length(),
                new TransferId("ab", "c").key().hex().length());
    }
}
