// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.s3.testing.Fault;
import io.amphora.transfer.spi.ExportRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.Test;

/**
 * What can go wrong between the exporter and the service: each time a failure that says so, and nothing left behind.
 */
public class OutagesTest extends S3Fixture {

    private static boolean isSecondPart(String head) {
        return head.contains("partNumber=2");
    }

    private static boolean isCompletion(String head) {
        return head.startsWith("POST") && head.contains("uploadId=");
    }

    @Test
    public void aServiceThatIsDownIsToldAndNeededAgainLater() throws IOException {
        network.cut();
        assertRecovers(start(settings()), request(1_000), "127.0.0.1:" + network.port());
    }

    @Test
    public void nobodyListening() throws IOException {
        S3Exporter exporter = start(settings());
        network.close();
        assertFails(exporter, request(1_000), "refused");
    }

    @Test
    public void slowDownIsTold() throws IOException {
        network.set(Fault.answer(503, "SlowDown", "Please reduce your request rate."));
        assertRecovers(start(settings()), request(1_000), "503 SlowDown");
    }

    @Test
    public void slowDownIsTriedAgain() throws IOException {
        network.set(Fault.answer(503, "SlowDown", "Please reduce your request rate.")
                .times(2));
        S3Exporter exporter = start(settings().with("max_retries", 3));
        assertDelivered(exporter, exporter.export(request(1_000)));
    }

    @Test
    public void aDeniedPartIsToldAndTheUploadAborted() throws IOException {
        network.set(Fault.answer(403, "AccessDenied", "Access Denied").when(OutagesTest::isSecondPart));
        assertRecovers(start(settings()), request(THREE_PARTS), "403 AccessDenied");
    }

    @Test
    public void aDeniedCompletionIsToldAndTheUploadAborted() throws IOException {
        network.set(Fault.answer(403, "AccessDenied", "Access Denied").when(OutagesTest::isCompletion));
        assertRecovers(start(settings()), request(THREE_PARTS), "403 AccessDenied");
    }

    @Test
    public void aWrongSecretIsTold() throws IOException {
        assertFails(start(settings().with("secret_access_key", "wrong")), request(1_000), "403 SignatureDoesNotMatch");
        assertFails(start(settings().with("access_key_id", "nobody")), request(1_000), "see the setting credentials");
    }

    @Test
    public void aMissingBucketIsTold() throws IOException {
        S3Exporter exporter = start(settings().with("bucket", "no-such-bucket"));
        assertFails(exporter, request(1_000), "NoSuchBucket");
        assertFails(exporter, request(THREE_PARTS), "(see the setting bucket)");
    }

    @Test
    public void aClockThatIsWrongIsTold() throws IOException {
        network.set(Fault.answer(403, "RequestTimeTooSkewed", "The difference between the times is too large."));
        assertRecovers(start(settings()), request(1_000), "clock");
    }

    @Test
    public void aResetWithinAPartIsToldAndTheUploadAborted() throws IOException {
        network.set(Fault.resetAfter(1_000_000).when(OutagesTest::isSecondPart));
        assertRecovers(start(settings()), request(THREE_PARTS), "");
    }

    @Test
    public void aResetWithinAPartIsMadeGoodByAnotherTry() throws IOException {
        network.set(Fault.resetAfter(1_000_000).when(OutagesTest::isSecondPart).times(1));
        S3Exporter exporter = start(settings().with("max_retries", 3));
        assertDelivered(exporter, exporter.export(request(THREE_PARTS)));
    }

    @Test
    public void aServiceThatDoesNotAnswerIsTold() throws IOException {
        network.set(Fault.silence());
        S3Exporter exporter = start(settings().with("attempt_timeout", 1).with("request_timeout", 1));
        assertRecovers(exporter, request(1_000), "no answer in time");
    }

    @Test
    public void aSlowServiceIsWaitedFor() throws IOException {
        network.set(Fault.slow(Duration.ofMillis(5)));
        S3Exporter exporter = start(settings());
        assertDelivered(exporter, exporter.export(request(THREE_PARTS)));
    }

    @Test
    public void anInterruptDoesNotWaitForTheService() throws Exception {
        network.set(Fault.silence().when(OutagesTest::isSecondPart));
        S3Exporter exporter = start(settings().with("attempt_timeout", 20));
        ExportRequest request = request(THREE_PARTS);
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread export =
                new Thread(() -> failure.complete(assertThrows(IOException.class, () -> exporter.export(request))));
        export.start();
        Condition.await("the upload has begun", () -> !S3.uploads(bucket).isEmpty());
        export.interrupt();
        assertTrue(failure.get(60, TimeUnit.SECONDS) instanceof InterruptedIOException);
        network.heal();
        Condition.await("the upload is aborted", () -> S3.uploads(bucket).isEmpty());
        assertEquals(List.of(), S3.objects(bucket));
    }

    @Test
    public void anUploadThatCannotBeAbortedIsRememberedForTheNextStart() throws Exception {
        network.set(Fault.answer(503, "SlowDown", "no").when(head -> isSecondPart(head) || head.startsWith("DELETE")));
        S3Exporter exporter = start(settings());
        assertThrows(IOException.class, () -> exporter.export(request(THREE_PARTS)));
        assertEquals(1, S3.uploads(bucket).size());
        network.heal();
        S3Session later =
                new S3Session(settings().parse(), new OpenUploads(state(), "the next process"), S3Session.GRACE);
        new LeftUploads(later, java.time.Clock.systemUTC()).abort();
        later.release();
        assertEquals(List.of(), S3.uploads(bucket));
        assertEquals(0, state().toFile().list().length);
    }

    private static void assertFails(S3Exporter exporter, ExportRequest request, String why) {
        IOException failure = assertThrows(IOException.class, () -> exporter.export(request));
        assertTrue(failure.getMessage(), failure.getMessage().contains(why));
    }

    private void assertRecovers(S3Exporter exporter, ExportRequest request, String why) throws IOException {
        assertFails(exporter, request, why);
        assertEquals(List.of(), S3.uploads(bucket));
        assertEquals(List.of(), S3.objects(bucket));
        network.heal();
        URI location = exporter.export(request).location();
        assertEquals(List.of(location), S3.objects(bucket));
        try (var records = Files.list(state())) {
            assertEquals(0, records.count());
        }
    }
}
