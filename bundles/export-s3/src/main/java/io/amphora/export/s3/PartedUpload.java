// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.spi.SpooledFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A file that goes in parts. Confined to one thread at a time. */
final class PartedUpload {

    private final S3Session session;
    private final MultipartUpload upload;
    private final PartSender sender;

    private PartedUpload(S3Session session, MultipartUpload upload, Path path) {
        this.session = session;
        this.upload = upload;
        this.sender = new PartSender(session, upload, path);
    }

    /** Begins the upload of a file, which may still grow; blocks. */
    static PartedUpload begin(S3Session session, S3Location object, Map<String, String> metadata, Path path)
            throws IOException {
        if (!session.acquire()) {
            throw new IllegalStateException("only a user of the session begins uploads");
        }
        CompletableFuture<MultipartUpload> begun =
                session.submit(() -> MultipartUpload.begin(session, object, metadata));
        try {
            return new PartedUpload(session, begun.get(), path);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            // The server may have begun it already.
            Waiting.forEnd(begun.thenAccept(MultipartUpload::abort), session.grace());
            throw new InterruptedIOException("beginning the upload of " + object + " was interrupted");
        } catch (ExecutionException e) {
            throw S3Failure.of(e, "beginning the upload", session);
        }
    }

    /** Sends a part unless the server has it. Does not block. */
    void send(int number, ByteRange range) {
        sender.want(number, range);
    }

    /** Sends a part whose bytes have changed. Does not block. */
    void sendAgain(int number, ByteRange range) {
        sender.wantAgain(number, range);
    }

    /** Throws the failure of a part, if there was one since the last time; that part is sent again. */
    void requireNoFailure() throws IOException {
        try {
            sender.requireNoFailure();
        } finally {
            sender.resume();
        }
    }

    /** Sends what is missing, and makes all one object; if it throws, what was sent stays at the server. */
    void finish(SpooledFile file, PartPlan plan) throws IOException {
        for (int number = 1; number <= plan.count(); number++) {
            sender.want(number, plan.range(number));
        }
        try {
            sender.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the upload of " + upload + " was interrupted");
        }
        CompletableFuture<Object> completed = session.submit(() -> {
            upload.complete(plan);
            return null;
        });
        Waiting.forResult(completed, "completing the upload", session);
    }

    /** Gives it up, and waits a little until the server knows, unless the thread is interrupted. */
    void abort() {
        upload.abort();
        if (!Thread.currentThread().isInterrupted()) {
            Waiting.forEnd(upload.ended(), session.grace());
        }
    }

    /** Whether the server does not know the upload any more. */
    boolean isGone() {
        return upload.isGone();
    }
}
