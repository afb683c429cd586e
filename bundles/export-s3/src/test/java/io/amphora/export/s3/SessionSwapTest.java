// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.s3.testing.Fault;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.SpoolFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.Test;
import org.osgi.service.component.ComponentConstants;

public class SessionSwapTest extends S3Fixture {

    @Test
    public void anUploadThatRunsEndsInTheOldBucket() throws Exception {
        CountDownLatch underWay = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        network.set(held(underWay, goOn));
        S3Exporter exporter = start(settings());
        ExportRequest request = request(THREE_PARTS);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Future<ExportedFile> running = thread.submit(() -> exporter.export(request));
        assertTrue(underWay.await(60, TimeUnit.SECONDS));
        String other = S3.newBucket();
        exporter.take(S3.settings(other).parse());
        assertEquals(other, S3Location.of(exporter.export(request).location()).bucket());
        goOn.countDown();
        ExportedFile first = running.get(60, TimeUnit.SECONDS);
        assertEquals(bucket, S3Location.of(first.location()).bucket());
        assertDelivered(exporter, first);
        thread.shutdown();
    }

    @Test
    public void aStoppingBundleWaitsForUploads() throws Exception {
        CountDownLatch underWay = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        network.set(held(underWay, goOn));
        S3Exporter exporter = RunningS3.exporter(settings().with("drain_timeout", 60), state());
        ExportRequest request = request(THREE_PARTS);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        Future<ExportedFile> running = threads.submit(() -> exporter.export(request));
        assertTrue(underWay.await(60, TimeUnit.SECONDS));
        Future<?> stopping =
                threads.submit(() -> exporter.deactivate(ComponentConstants.DEACTIVATION_REASON_BUNDLE_STOPPED));
        Condition.await("no new export", () -> {
            try {
                exporter.delete(new ExportedFile(
                        ID,
                        "test",
                        new S3Location(bucket, "none").uri(),
                        0,
                        request.file().sha256()));
                return false;
            } catch (IOException e) {
                return e.getMessage().contains("was stopped");
            }
        });
        goOn.countDown();
        assertEquals(
                bucket,
                S3Location.of(running.get(60, TimeUnit.SECONDS).location()).bucket());
        stopping.get(60, TimeUnit.SECONDS);
        threads.shutdown();
    }

    @Test
    public void uploadsThatDoNotEndInTimeAreStoppedWithTheBundle() throws Exception {
        CountDownLatch underWay = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        network.set(held(underWay, goOn));
        S3Exporter exporter = RunningS3.exporter(settings().with("drain_timeout", 0), state());
        ExportRequest request = request(THREE_PARTS);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Future<ExportedFile> running = thread.submit(() -> exporter.export(request));
        assertTrue(underWay.await(60, TimeUnit.SECONDS));
        exporter.deactivate(ComponentConstants.DEACTIVATION_REASON_BUNDLE_STOPPED);
        goOn.countDown();
        assertThrows(Exception.class, () -> running.get(60, TimeUnit.SECONDS));
        Condition.await("the upload is aborted", () -> S3.uploads(bucket).isEmpty());
        thread.shutdown();
    }

    @Test
    public void aChangeThatCannotBeLeavesTheSettingsOfBefore() throws Exception {
        S3Exporter exporter = start(settings());
        exporter.modified(settings().with("trust_store", "/does/not/exist").properties());
        String why = exporter.refusedChange().orElseThrow().why();
        assertTrue(
                why,
                why.startsWith("not changed: io.amphora.export.s3~test: trust_store: cannot read /does/not/exist"));
        exporter.modified(settings().with("pool_size", 0).properties());
        assertTrue(exporter.refusedChange()
                .orElseThrow()
                .why()
                .startsWith("not changed: io.amphora.export.s3~test: pool_size: "));
        assertDelivered(exporter, exporter.export(request(THREE_PARTS)));

        String other = S3.newBucket();
        exporter.modified(S3.settings(other).properties());
        assertEquals(Optional.empty(), exporter.refusedChange());
        assertEquals(
                other,
                S3Location.of(exporter.export(request(THREE_PARTS)).location()).bucket());
    }

    @Test
    public void anOpenStreamKeepsItsSession() throws Exception {
        S3Exporter exporter = start(settings());
        ExportedFile file = exporter.export(request(THREE_PARTS));
        try (InputStream in = exporter.open(file, new io.amphora.transfer.ByteRange(0, file.size()))) {
            exporter.take(S3.settings(S3.newBucket()).parse());
            assertEquals(THREE_PARTS, in.readAllBytes().length);
        }
    }

    @Test
    public void manySwapsLeaveNeitherThreadsNorConnections() throws Exception {
        S3Exporter exporter = start(settings().with("exporter.name", "swapped"));
        swap(exporter, 10);
        long before = sockets();
        swap(exporter, 100);
        exporter.deactivate(0);
        start(settings());
        Condition.await("the threads end", () -> threads("amphora-s3-swapped") == 0);
        Condition.await("the connections are closed", () -> sockets() <= before);
        assertTrue(threads("idle-connection-reaper") <= 1);
    }

    private void swap(S3Exporter exporter, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            TransferId id = new TransferId("device-1", "f" + i);
            exporter.export(spool.request(id, SpoolFolder.bytes(i, 10)));
            exporter.take(settings().with("exporter.name", "swapped").parse());
        }
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(name))
                .count();
    }

    /** Those of this process, of which the network has its share. */
    private static long sockets() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(file -> {
                        try {
                            return Files.readSymbolicLink(file).toString().startsWith("socket:");
                        } catch (IOException e) {
                            return false; // closed meanwhile
                        }
                    })
                    .count();
        }
    }

    private static Fault held(CountDownLatch underWay, CountDownLatch goOn) {
        return head -> {
            if (head.contains("partNumber=2")) {
                underWay.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return new Fault.Action.Pass();
        };
    }
}
