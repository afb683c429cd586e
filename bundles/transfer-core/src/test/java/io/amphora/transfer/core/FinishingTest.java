// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static io.amphora.transfer.core.FileTransferFixture.await;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import io.amphora.mqtt.spi.PublishResult;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.Test;

/** What else comes for a file while it is being delivered, and afterwards. */
public final class FinishingTest extends FileTransferCase {

    @Test
    public void whatIsRepeatedAfterSuccessSucceedsAndExportsNothing() throws IOException {
        upload("f", "abc");
        for (int restarts = 0; restarts < 2; restarts++) {
            init("f");
            ok("$file/f/0", "zzz");
            ok("$file/f/fin/3", "");
            ok("$file/f/abort", "");
            refused(0x83, "filemeta_conflict", "$file/f/init", "{\"name\":\"other\"}");
            refused(0x83, "filemeta_conflict", "$file/f/fin/4", "");
            broker.restart();
        }

        assertEquals(1, broker.exporter.exports.get());
        assertEquals(Optional.of("abc"), broker.exported("f"));
    }

    @Test
    public void twoFinsAtOnceGetTheOneResult() {
        broker.exporter.gate = new CountDownLatch(1);
        init("f");
        ok("$file/f/0", "abc");
        CompletableFuture<PublishResult> first = broker.begin("$file/f/fin/3", "");
        CompletableFuture<PublishResult> second = broker.begin("$file/f/fin/3", "");
        refused(0x83, "filemeta_conflict", "$file/f/fin/2", "");
        assertFalse(first.isDone());
        broker.exporter.gate.countDown();

        assertEquals(0, await(first).reasonCode().code());
        assertEquals(0, await(second).reasonCode().code());
        assertEquals(1, broker.exporter.exports.get());
    }

    @Test
    public void segmentsDuringAFinAreComparedAndNotStored() {
        broker.exporter.gate = new CountDownLatch(1);
        init("f");
        ok("$file/f/0", "abc");
        CompletableFuture<PublishResult> fin = broker.begin("$file/f/fin/3", "");
        ok("$file/f/1", "bc");
        refused(0x83, "filemeta_conflict", "$file/f/1", "xx");
        refused(0x83, "filemeta_conflict", "$file/f/3", "d");
        broker.exporter.gate.countDown();

        assertEquals(0, await(fin).reasonCode().code());
        assertEquals(Optional.of("abc"), broker.exported("f"));
    }

    @Test
    public void abortStopsARunningExport() throws Exception {
        broker.exporter.gate = new CountDownLatch(1);
        init("f");
        ok("$file/f/0", "abc");
        CompletableFuture<PublishResult> fin = broker.begin("$file/f/fin/3", "");
        broker.exporter.begun.await();
        ok("$file/f/abort", "");

        assertEquals("aborted: the transfer was aborted", await(fin).reason().get());
        refused(0x10, "unknown_transfer", "$file/f/0", "x");
        assertEquals(Optional.empty(), broker.exported("f"));
        assertEquals(0, broker.transfer.spool().space().used());
    }

    @Test
    public void abortDeletesWhatWasStored() {
        init("f");
        ok("$file/f/0", "abc");
        ok("$file/f/abort", "");

        refused(0x10, "unknown_transfer", "$file/f/3", "x");
        assertEquals(0, broker.transfer.spool().space().used());
        ok("$file/f/init", "{\"name\":\"other\"}");
    }
}
