// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static io.amphora.transfer.core.FileTransferFixture.await;
import static org.junit.Assert.assertEquals;

import io.amphora.mqtt.spi.PublishResult;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.Test;

/** A fin that was accepted: its export may fail, take too long, or find no exporter; whatever happens, nothing is lost. */
public final class DeliveryTest extends FileTransferCase {

    @Test
    public void aFailedExportIsTriedAgain() {
        broker.exporter.failuresLeft.set(2);
        upload("f", "abc");

        assertEquals(3, broker.exporter.exports.get());
    }

    @Test
    public void anExportThatFailsForTooLongKeepsEverything() throws IOException {
        restart(FileTransferFixture.impatient(), FileTransferFixture.unlimited());
        broker.exporters.add(broker.exporter);
        broker.exporter.failuresLeft.set(1_000);
        init("f");
        ok("$file/f/0", "abc");
        refused(0x80, "export_failed", "$file/f/fin/3", "");
        ok("$file/f/1", "XX");
        broker.exporter.failuresLeft.set(0);
        ok("$file/f/fin/3", "");

        assertEquals(Optional.of("aXX"), broker.exported("f"));
    }

    @Test
    public void withoutAnExporterFinWaitsForOneAndKeepsEverything() throws IOException {
        Files.delete(folder.getRoot().toPath().resolve("exporters")); // none is expected to return
        restart(FileTransferFixture.impatient(), FileTransferFixture.unlimited());
        init("f");
        ok("$file/f/0", "abc");
        refused(0x80, "no_exporter", "$file/f/fin/3", "");
        broker.exporters.add(broker.exporter);
        ok("$file/f/fin/3", "");

        assertEquals(Optional.of("abc"), broker.exported("f"));
    }

    @Test
    public void anExportThatTakesTooLongIsInterruptedAndAnswered() throws IOException {
        restart(FileTransferFixture.impatient(), FileTransferFixture.unlimited());
        broker.exporters.add(broker.exporter);
        broker.exporter.gate = new CountDownLatch(1);
        init("f");
        ok("$file/f/0", "abc");
        int code = broker.send("$file/f/fin/3", "").reasonCode().code();
        broker.exporter.gate.countDown();

        assertEquals(0x80, code);
        ok("$file/f/fin/3", "");
    }

    @Test
    public void anExportThatCannotBeInterruptedStillGetsItsFinAnAnswer() throws IOException {
        restart(FileTransferFixture.impatient(), FileTransferFixture.unlimited());
        broker.exporter.gate = new CountDownLatch(1);
        broker.exporter.interruptible = false;
        broker.exporters.add(broker.exporter);
        init("f");
        ok("$file/f/0", "a");
        refused(0x80, "timeout", "$file/f/fin/1", "");
        broker.exporter.gate.countDown();
        ok("$file/f/fin/1", "");
    }

    @Test
    public void everyExporterThatWantsTheFileGetsIt() {
        MemoryExporter second = new MemoryExporter("second");
        second.failuresLeft.set(2);
        broker.exporters.add(second);
        upload("f", "abc");

        assertEquals(1, broker.exporter.exports.get());
        assertEquals(3, second.exports.get());
        assertEquals(1, second.files.size());
    }

    @Test
    public void afterAPartialSuccessTheBytesStayAsTheyAre() throws IOException {
        restart(FileTransferFixture.impatient(), FileTransferFixture.unlimited());
        broker.exporters.add(broker.exporter);
        MemoryExporter second = new MemoryExporter("second");
        second.failuresLeft.set(1_000);
        broker.exporters.add(second);
        init("f");
        ok("$file/f/0", "abc");
        refused(0x80, "export_failed", "$file/f/fin/3", "");
        broker.restart();
        refused(0x83, "filemeta_conflict", "$file/f/0", "xbc");
        ok("$file/f/0", "abc");
        second.failuresLeft.set(0);
        ok("$file/f/fin/3", "");

        assertEquals(1, broker.exporter.exports.get());
        assertEquals(1, second.files.size());
    }

    @Test
    public void anAcceptedFinGoesOnAfterARestartWithoutTheClient() throws Exception {
        broker.exporter.gate = new CountDownLatch(1);
        init("f");
        ok("$file/f/0", "abc");
        CompletableFuture<PublishResult> accepted = broker.begin("$file-async/f/fin/3", "");
        assertEquals(0, await(accepted).reasonCode().code());
        broker.exporter.begun.await();
        CompletableFuture<?> restart = CompletableFuture.runAsync(() -> {
            try {
                broker.restart();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        await(restart);
        broker.exporter.gate.countDown();
        ok("$file/f/fin/3", "");

        assertEquals(Optional.of("abc"), broker.exported("f"));
    }
}
