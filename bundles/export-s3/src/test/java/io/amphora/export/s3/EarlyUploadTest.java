// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.s3.testing.Fault;
import io.amphora.transfer.ByteRange;
import io.amphora.transfer.spi.EarlyExport;
import io.amphora.transfer.spi.EarlyRequest;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.Before;
import org.junit.Test;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

public class EarlyUploadTest extends S3Fixture {

    private static final long PART = PartSizes.SMALLEST;
    private static final int SIZE = (int) (4 * PART) + 1_000;

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private S3Exporter exporter;
    private ExportRequest whole;

    @Before
    public void begin() throws IOException {
        network.set(recording(Fault.NONE));
        exporter = start(settings().with("early_min_size", 2 * PART));
        whole = request(SIZE);
    }

    private Fault recording(Fault then) {
        return head -> {
            requests.add(head);
            return then.on(head);
        };
    }

    @Test
    public void partsAreThereBeforeTheFinAndOnlyTheRestIsSentWithIt() throws Exception {
        EarlyExport early = begun();
        early.grown(PART - 1);
        assertEquals(List.of(), S3.uploads(bucket));
        early.grown(4 * PART + 7);
        awaitParts(4);
        assertEquals(List.of(), S3.objects(bucket));
        requests.clear();
        assertFinished(exporter.export(whole.with(Optional.of(early))));
        assertEquals(requests.toString(), 1, partsSent());
    }

    @Test
    public void theLastPartIsSentToIfTheSizeIsKnown() throws Exception {
        whole = spool.request(ID, "{\"name\":\"file.bin\",\"size\":" + SIZE + "}", bytes());
        EarlyExport early = begun();
        early.grown(SIZE);
        awaitParts(5);
        requests.clear();
        assertFinished(exporter.export(whole.with(Optional.of(early))));
        assertEquals(requests.toString(), 0, partsSent());
    }

    @Test
    public void partsWhoseBytesChangeAreSentAgain() throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(whole.file().path().toFile(), "rw")) {
            file.seek(PART - 5);
            file.write(new byte[10]);
        }
        EarlyExport early = begun();
        early.grown(4 * PART);
        awaitParts(4);
        try (RandomAccessFile file = new RandomAccessFile(whole.file().path().toFile(), "rw")) {
            file.write(bytes());
        }
        requests.clear();
        early.rewritten(new ByteRange(PART - 5, PART + 5));
        assertFinished(exporter.export(whole.with(Optional.of(early))));
        assertEquals(requests.toString(), 3, partsSent());
    }

    @Test
    public void aFileMayTurnOutToBeShorter() throws Exception {
        EarlyExport early = begun();
        early.grown(4 * PART);
        awaitParts(4);
        int shorter = (int) (2 * PART) + 17;
        ExportRequest cut = spool.request(ID, "{\"name\":\"file.bin\"}", bytes(), shorter);
        ExportedFile file = exporter.export(cut.with(Optional.of(early)));
        org.junit.Assert.assertArrayEquals(java.util.Arrays.copyOf(bytes(), shorter), read(exporter, file));
        assertNothingElse(file.location());
    }

    @Test
    public void aFileThatTurnsOutToBeSmallGoesInOnePiece() throws Exception {
        EarlyExport early = begun();
        early.grown(2 * PART);
        ExportRequest cut = spool.request(ID, "{\"name\":\"file.bin\"}", bytes(), 17);
        ExportedFile file = exporter.export(cut.with(Optional.of(early)));
        assertEquals(17, read(exporter, file).length);
        assertNothingElse(file.location());
    }

    @Test
    public void anAbortRemovesWhatWasSent() throws Exception {
        EarlyExport early = begun();
        early.grown(3 * PART);
        awaitParts(3);
        early.abort();
        assertNothingElse();
        early.abort();
        EarlyExport unused = begun();
        unused.abort();
        assertNothingElse();
    }

    @Test
    public void smallFilesAndKeysWithTheTimeAreNotBegun() throws Exception {
        ExportRequest small = spool.request(ID, "{\"name\":\"a\",\"size\":" + (2 * PART - 1) + "}", new byte[1]);
        assertTrue(exporter.begin(early(small)).isEmpty());
        exporter.take(settings().with("early_min_size", 0L).parse());
        assertTrue(exporter.begin(early(whole)).isEmpty());
        exporter.take(
                settings().with("early_min_size", 1L).with("key", "{dd}/{name}").parse());
        assertTrue(exporter.begin(early(whole)).isEmpty());
    }

    @Test
    public void afterAChangeOfSettingsTheFileGoesWhereTheySay() throws Exception {
        EarlyExport early = begun();
        early.grown(3 * PART);
        awaitParts(3);
        String other = S3.newBucket();
        exporter.take(S3.settings(other).parse());
        ExportedFile file = exporter.export(whole.with(Optional.of(early)));
        assertEquals(other, S3Location.of(file.location()).bucket());
        assertNothingElse();
    }

    @Test
    public void aFinThatFailsIsTriedAgainWithWhatWasSent() throws Exception {
        EarlyExport early = begun();
        early.grown(4 * PART);
        awaitParts(4);
        network.set(Fault.answer(503, "SlowDown", "no").when(head -> head.startsWith("POST")));
        assertThrows(IOException.class, () -> exporter.export(whole.with(Optional.of(early))));
        requests.clear();
        network.set(recording(Fault.NONE));
        assertFinished(exporter.export(whole.with(Optional.of(early))));
        assertEquals(requests.toString(), 0, partsSent());
    }

    @Test
    public void aPartThatFailsIsSentAgainLater() throws Exception {
        network.set(recording(Fault.answer(503, "SlowDown", "no").when(head -> head.contains("partNumber="))));
        EarlyExport early = begun();
        early.grown(3 * PART);
        Condition.await("a part was refused", () -> partsSent() > 0);
        network.set(recording(Fault.NONE));
        Condition.await("growth brings them", () -> {
            early.grown(4 * PART);
            return parts() == 4;
        });
        assertFinished(exporter.export(whole.with(Optional.of(early))));
    }

    @Test
    public void anUploadThatTheServerHasLostGivesWayToAWholeOne() throws Exception {
        EarlyExport early = begun();
        early.grown(4 * PART);
        awaitParts(4);
        MultipartUpload upload = upload();
        S3.client()
                .abortMultipartUpload(
                        abort -> abort.bucket(bucket).key(upload.key()).uploadId(upload.uploadId()));
        assertThrows(IOException.class, () -> exporter.export(whole.with(Optional.of(early))));
        assertFinished(exporter.export(whole.with(Optional.of(early))));
    }

    private EarlyExport begun() throws IOException {
        return exporter.begin(early(whole)).orElseThrow();
    }

    private static EarlyRequest early(ExportRequest whole) {
        return new EarlyRequest(whole.id(), whole.meta(), whole.file().path());
    }

    private static byte[] bytes() {
        return io.amphora.transfer.spi.SpoolFolder.bytes(SIZE, SIZE);
    }

    private MultipartUpload upload() {
        return S3.client()
                .listMultipartUploads(list -> list.bucket(bucket))
                .uploads()
                .get(0);
    }

    private int parts() {
        if (S3.uploads(bucket).isEmpty()) {
            return 0;
        }
        MultipartUpload upload = upload();
        return S3.client()
                .listParts(list -> list.bucket(bucket).key(upload.key()).uploadId(upload.uploadId()))
                .parts()
                .size();
    }

    private void awaitParts(int count) throws Exception {
        Condition.await(count + " parts are at the server", () -> parts() == count);
    }

    private long partsSent() {
        return requests.stream().filter(head -> head.contains("partNumber=")).count();
    }

    private void assertFinished(ExportedFile file) throws IOException {
        assertDelivered(exporter, file);
        assertNothingElse(file.location());
    }

    private void assertNothingElse(URI... objects) {
        assertEquals(List.of(objects), S3.objects(bucket));
        assertEquals(List.of(), S3.uploads(bucket));
        assertEquals(0, state().toFile().list().length);
    }
}
