// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static io.amphora.transfer.core.FileTransferFixture.await;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Message;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.PublishResult;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.core.spool.SpoolLimits;
import io.amphora.transfer.core.transfer.TransferSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class FileTransferTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private FileTransferFixture broker;

    @Before
    public void start() throws IOException {
        broker = new FileTransferFixture(folder.getRoot().toPath());
    }

    private void restart(TransferSettings limits, SpoolLimits spool) throws IOException {
        stop();
        broker = new FileTransferFixture(folder.getRoot().toPath(), limits, spool);
    }

    @After
    public void stop() {
        broker.close();
    }

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
    public void statusTellsWhatHasArrived() {
        ok("$file/f/init", "{\"name\":\"n\",\"size\":9}");
        ok("$file/f/0", "abc");
        ok("$file/f/6", "ghi");
        PublishResult result = broker.send("$file/f/status", "");

        assertEquals(
                "{\"state\":\"receiving\",\"size\":9,\"received\":[[0,3],[6,9]]}",
                result.reason().get());
        assertTrue(
                broker.publisher.last(),
                broker.publisher.last().endsWith("\"state\":\"receiving\",\"size\":9,\"received\":[[0,3],[6,9]]}"));
    }

    @Test
    public void everyResultIsAlsoPublished() {
        broker.send("$file-async/f1/init", "{\"name\":\"n\"}");

        Message message = broker.publisher.messages.get(0);
        assertEquals("$file-response/c1", message.topic().value());
        assertEquals(
                "{\"vsn\":\"0.1\",\"topic\":\"$file-async/f1/init\",\"packet_id\":1,\"reason_code\":0,"
                        + "\"reason_description\":\"success\"}",
                broker.publisher.last());
    }

    @Test
    public void aResponseTopicAndItsCorrelationDataAreUsed() {
        ByteBuffer correlation = ByteBuffer.wrap(new byte[] {1, 2});
        PublishProperties asked = new PublishProperties(
                false,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.of(new TopicName("my/answers")),
                Optional.of(correlation),
                List.of());
        await(broker.publish("$file/x", "", asked));

        Message message = broker.publisher.messages.get(0);
        assertEquals("my/answers", message.topic().value());
        assertEquals(correlation, message.properties().correlationData().get());
        assertTrue(broker.publisher.last().contains("\"reason_description\":\"invalid_file_command\",\"detail\":"));
    }

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
    public void aClientThatHoldsTooMuchIsToldToFinish() throws Exception {
        restart(FileTransferFixture.defaults(), new SpoolLimits(Long.MAX_VALUE, 1_000, 2, 16));
        broker.exporters.add(broker.exporter);
        init("f");
        init("g");
        refused(0x97, "quota_exceeded", "$file/h/init", "{\"name\":\"n\"}");
        ok("$file/f/0", "a".repeat(500));
        refused(0x97, "quota_exceeded", "$file/g/0", "b".repeat(600));
        long used = broker.transfer.spool().space().used();
        broker.restart();
        waitUntil(() -> broker.transfer.spool().space().used() == used);
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
    public void tooManySeparateRangesAreRefused() {
        init("f");
        int stored = 0;
        while (broker.send("$file/f/" + 2 * stored, "x").reasonCode().code() == 0) {
            stored++;
        }
        assertEquals(100, stored);
        assertTrue(broker.publisher.last().contains("quota_exceeded"));
    }

    @Test
    public void idleTransfersLeaveMemoryAndComeBack() throws Exception {
        List<CompletableFuture<PublishResult>> answers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            answers.add(broker.begin("$file/f" + i + "/init", "{\"name\":\"n\"}"));
            answers.add(broker.begin("$file/f" + i + "/0", "abc"));
        }
        answers.forEach(answer -> assertEquals(0, await(answer).reasonCode().code()));
        for (int i = 0; i < 1_000; i++) {
            ok("$file/f" + i + "/fin/3", "");
        }

        assertEquals(1_000, broker.exporter.files.size());
        waitUntil(() -> broker.transfer.transfers().residentCount() <= 101);
        assertTrue(broker.transfer.spool().openFiles() <= 16);
    }

    @Test
    public void unknownTransfersTakeNoMemory() throws Exception {
        for (int i = 0; i < 50; i++) {
            broker.send("$file/nobody" + i + "/0", "x");
        }
        ok("$file/nobody/abort", "");

        waitUntil(() -> broker.transfer.transfers().residentCount() == 0);
    }

    @Test
    public void anIdleTransferIsCollectedAfterItsTime() throws Exception {
        ok("$file/f/init", "{\"name\":\"n\",\"segments_ttl\":0}");
        ok("$file/g/init", "{\"name\":\"n\"}");
        ok("$file/f/0", "x");
        waitUntil(() -> {
            broker.transfer.transfers().collect();
            return broker.send("$file/f/status", "").reasonCode().code() != 0;
        });

        ok("$file/g/status", "");
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

    private void upload(String id, String bytes) {
        init(id);
        ok("$file/" + id + "/0", bytes);
        ok("$file/" + id + "/fin/" + bytes.length(), "");
    }

    private void init(String id) {
        ok("$file/" + id + "/init", "{\"name\":\"n.bin\"}");
    }

    private void ok(String topic, String payload) {
        PublishResult result = broker.send(topic, payload);
        assertEquals(topic + ": " + result, 0, result.reasonCode().code());
    }

    private void refused(int code, String reason, String topic, String payload) {
        PublishResult result = broker.send(topic, payload);
        assertEquals(topic + ": " + result, code, result.reasonCode().code());
        assertTrue(topic + ": " + result, result.reason().get().startsWith(reason));
    }

    private static void waitUntil(Callable<Boolean> condition) throws Exception {
        long begun = System.nanoTime();
        while (!condition.call()) {
            assertTrue("waited for too long", System.nanoTime() - begun < 20_000_000_000L);
            Thread.onSpinWait();
        }
    }

    private static String sha256(String bytes) {
        return Sha256.digestOf(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.UTF_8)))
                .hex();
    }
}
