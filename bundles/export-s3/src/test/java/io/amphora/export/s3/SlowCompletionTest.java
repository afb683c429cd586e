// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.s3.testing.Fault;
import io.amphora.transfer.spi.ExportedFile;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** A server that puts the parts together for longer than requests may take that were stopped, or that send parts. */
public class SlowCompletionTest extends S3Fixture {

    private static final Duration GRACE = Duration.ofMillis(200);
    private static final Duration LONGER = Duration.ofMillis(2_500);

    private final CountDownLatch answer = new CountDownLatch(1);
    private final CountDownLatch completing = new CountDownLatch(1);
    private S3Exporter exporter;
    private FutureTask<ExportedFile> export;
    private Thread thread;

    @Before
    public void exportUntilTheServerCompletes() throws Exception {
        network.set(Fault.lateAnswer(answer).when(this::isCompletion));
        exporter = new S3Exporter(
                settings().with("attempt_timeout", 2).with("max_retries", 10).parse(), OpenUploads.in(state()), GRACE);
        var request = request(THREE_PARTS);
        export = new FutureTask<>(() -> exporter.export(request));
        thread = new Thread(export);
        thread.start();
        assertTrue(completing.await(60, TimeUnit.SECONDS));
    }

    private boolean isCompletion(String head) {
        boolean completion = head.startsWith("POST") && head.contains("uploadId=");
        if (completion) {
            completing.countDown();
        }
        return completion;
    }

    @After
    public void stop() {
        answer.countDown();
        exporter.deactivate(0);
    }

    @Test
    public void isWaitedFor() throws Exception {
        long from = System.nanoTime();
        Condition.await("the time is over", () -> System.nanoTime() - from > LONGER.toNanos());
        assertFalse("given up", export.isDone());
        answer.countDown();
        ExportedFile file = export.get(60, TimeUnit.SECONDS);
        assertDelivered(exporter, file);
        assertNothingIsOpen();
        assertEquals(List.of(file.location()), S3.objects(bucket));
    }

    @Test
    public void isLeftAloneByWhoeverIsInterrupted() throws Exception {
        thread.interrupt();
        ExecutionException failure = assertThrows(ExecutionException.class, () -> export.get(60, TimeUnit.SECONDS));
        assertTrue(failure.toString(), failure.getCause() instanceof InterruptedIOException);
        answer.countDown();
        Condition.await("the upload has ended", () -> state().toFile().list().length == 0);
        assertNothingIsOpen();
    }

    private void assertNothingIsOpen() {
        assertEquals(List.of(), S3.uploads(bucket));
        assertEquals(0, state().toFile().list().length);
    }
}
