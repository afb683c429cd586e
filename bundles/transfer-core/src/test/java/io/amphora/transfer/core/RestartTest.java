// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.spi.PublishResult;
import io.amphora.transfer.TransferId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What was being delivered when the process ended. */
public final class RestartTest {

    private static final String META = "{\"name\":\"a.txt\"}";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void aResumedDeliveryWaitsForTheExportersOfBefore() throws Exception {
        MemoryExporter second = new MemoryExporter("second");
        try (FileTransferFixture fixture =
                new FileTransferFixture(folder.getRoot().toPath())) {
            fixture.exporters.add(second);
            fixture.exporter.gate = new CountDownLatch(1);
            accept(fixture, "f1");
            fixture.exporters.remove(second);
            fixture.restart();
            fixture.exporter.gate.countDown();
            accept(fixture, "f2");
            fixture.exporters.add(second);
            awaitFile(second, "f1");
            awaitFile(second, "f2");
            awaitFile(fixture.exporter, "f1");
            awaitFile(fixture.exporter, "f2");
        }
    }

    @Test
    public void whoWaitsForAFinIsToldOfTheRestart() throws Exception {
        try (FileTransferFixture fixture =
                new FileTransferFixture(folder.getRoot().toPath())) {
            fixture.exporter.gate = new CountDownLatch(1);
            fixture.send("$file/f1/init", META);
            fixture.send("$file/f1/0", "hello");
            CompletableFuture<PublishResult> fin = fixture.begin("$file/f1/fin/5", "");
            assertTrue(fixture.exporter.begun.await(20, TimeUnit.SECONDS));
            fixture.restart();
            PublishResult told = FileTransferFixture.await(fin);
            assertEquals(ReasonCode.UNSPECIFIED_ERROR, told.reasonCode());
            String reason = told.reason().orElseThrow();
            assertTrue(
                    reason, reason.endsWith("file transfer is being restarted, and delivers the file then: fin again"));
            fixture.exporter.gate.countDown();
            assertEquals(ReasonCode.SUCCESS, fixture.send("$file/f1/fin/5", "").reasonCode());
            assertEquals(Optional.of("hello"), fixture.exported("f1"));
        }
    }

    @Test
    public void anExportThatWasBeingAbortedIsNotResumed() throws Exception {
        Path crashed = folder.newFolder("crashed").toPath();
        Path root = folder.newFolder("spool").toPath();
        try (FileTransferFixture fixture = new FileTransferFixture(root)) {
            fixture.exporter.interruptible = false;
            fixture.exporter.gate = new CountDownLatch(1);
            accept(fixture, "f1");
            assertTrue(fixture.exporter.begun.await(20, TimeUnit.SECONDS));
            assertEquals(ReasonCode.SUCCESS, fixture.send("$file/f1/abort", "").reasonCode());
            copy(root, crashed); // as if the process ended here
            fixture.exporter.gate.countDown();
        }
        try (FileTransferFixture fixture = new FileTransferFixture(crashed)) {
            assertEquals(
                    ReasonCode.NO_MATCHING_SUBSCRIBERS,
                    fixture.send("$file/f1/status", "").reasonCode());
            assertEquals(Optional.empty(), fixture.exported("f1"));
            try (Stream<Path> left =
                    Files.find(crashed, 2, (path, is) -> path.toString().endsWith(".journal"))) {
                assertEquals(0, left.count());
            }
        }
    }

    private static void accept(FileTransferFixture fixture, String fileId) {
        fixture.send("$file/" + fileId + "/init", META);
        fixture.send("$file/" + fileId + "/0", "hello");
        assertEquals(
                ReasonCode.SUCCESS,
                fixture.send("$file-async/" + fileId + "/fin/5", "").reasonCode());
    }

    private static void awaitFile(MemoryExporter exporter, String fileId) {
        TransferId id = new TransferId(FileTransferFixture.CLIENT, fileId);
        long deadline = System.nanoTime() + Duration.ofSeconds(25).toNanos();
        while (!exporter.files.containsKey(id)) {
            assertTrue(exporter.name() + " has no " + fileId, System.nanoTime() - deadline < 0);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file));
                if (!Files.isDirectory(target)) {
                    Files.copy(file, target);
                }
            }
        }
    }
}
