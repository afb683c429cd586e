// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.spi.PublishResult;
import io.amphora.transfer.core.spool.SpoolLimits;
import io.amphora.transfer.core.transfer.TransferSettings;
import java.io.IOException;
import java.time.Duration;
import org.junit.Test;

/** What is too much, too large or too fast is refused, and nothing of it is kept. */
public final class QuotaTest extends FileTransferCase {

    @Test
    public void aFullSpoolKeepsNothingOfASegment() throws IOException {
        restart(FileTransferFixture.defaults(), new SpoolLimits(1_000, Long.MAX_VALUE, Integer.MAX_VALUE, 16));
        broker.exporters.add(broker.exporter);
        init("f");
        ok("$file/f/0", "a".repeat(500));
        refused(0x97, "quota_exceeded", "$file/f/500", "b".repeat(600));
        ok("$file/f/abort", "");
        upload("g", "c".repeat(600));
    }

    @Test
    public void aFileLargerThanAllowedIsRefusedAtEveryDoor() throws IOException {
        TransferSettings small = FileTransferFixture.limits(Duration.ofSeconds(30), Long.MAX_VALUE, 10);
        restart(small, FileTransferFixture.unlimited());
        broker.exporters.add(broker.exporter);
        refused(0x83, "file_too_large", "$file/f/init", "{\"name\":\"n\",\"size\":11}");
        init("f");
        refused(0x83, "file_too_large", "$file/f/9", "ab");
        refused(0x83, "file_too_large", "$file/f/fin/11", "");
        upload("f", "0123456789");
    }

    @Test
    public void aClientThatHoldsTooMuchIsToldToFinish() throws IOException {
        restart(FileTransferFixture.defaults(), new SpoolLimits(Long.MAX_VALUE, 1_000, 2, 16));
        broker.exporters.add(broker.exporter);
        init("f");
        init("g");
        refused(0x97, "quota_exceeded", "$file/h/init", "{\"name\":\"n\"}");
        ok("$file/f/0", "a".repeat(500));
        refused(0x97, "quota_exceeded", "$file/g/0", "b".repeat(600));
        long used = broker.transfer.spool().space().used();
        broker.restart();
        Until.holds(
                "the spool is counted again",
                () -> broker.transfer.spool().space().used() == used);
        refused(0x97, "quota_exceeded", "$file/g/0", "b".repeat(600));
        ok("$file/f/fin/500", "");
        init("h");
        ok("$file/g/0", "b".repeat(600));
    }

    @Test
    public void aClientThatIsTooFastIsToldHowLongToWait() throws IOException {
        restart(
                FileTransferFixture.limits(Duration.ofSeconds(30), 10_000, Long.MAX_VALUE),
                FileTransferFixture.unlimited());
        init("f");
        ok("$file/f/0", "a".repeat(60_000));
        PublishResult result = broker.send("$file/f/60000", "b");
        assertEquals(0x97, result.reasonCode().code());
        assertTrue(result.toString(), result.reason().get().matches(".* in [0-9]+ ms"));
    }

    @Test
    public void tooManySeparateRangesAreRefused() {
        init("f");
        int stored = 0;
        while (broker.send("$file/f/" + 2 * stored, "x").reasonCode().code() == 0) {
            stored++;
        }
        assertEquals(100, stored);
        assertTrue(broker.publisher.last().contains("quota_exceeded"));
    }
}
