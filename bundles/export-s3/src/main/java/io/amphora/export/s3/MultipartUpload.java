// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.export.s3.OpenUploads.OpenUpload;
import io.amphora.transfer.ByteRange;
import io.amphora.transfer.Printable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * One multipart upload at the server, from its beginning until it has been completed or aborted; a user of its session
 * as long. Thread-safe.
 */
final class MultipartUpload {

    private static final Logger LOG = LoggerFactory.getLogger(MultipartUpload.class);

    private static final String BINARY = "application/octet-stream";

    private final S3Session session;
    private final OpenUpload open;
    private final boolean wholeVerified;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private volatile boolean gone;

    // Guarded by this.
    private final Map<Integer, SentPart> sent = new TreeMap<>();
    private int running;
    private boolean aborted;

    private record SentPart(CompletedPart part, ByteRange range) {}

    private MultipartUpload(S3Session session, OpenUpload open, boolean wholeVerified) {
        this.session = session;
        this.open = open;
        this.wholeVerified = wholeVerified;
    }

    /** Begins one, and takes over the caller's use of the session; blocks, and must not be interrupted. */
    static MultipartUpload begin(S3Session session, S3Location object, Map<String, String> metadata)
            throws IOException {
        CreateMultipartUploadRequest create = session.settings()
                .object()
                .apply(
                        CreateMultipartUploadRequest.builder(),
                        session.settings().connecting().chunked())
                .bucket(object.bucket())
                .key(object.key())
                .metadata(metadata)
                .contentType(BINARY)
                .build();
        try {
            CreateMultipartUploadResponse created = session.s3().createMultipartUpload(create);
            String service = session.settings().connecting().where();
            OpenUpload open = new OpenUpload(service, object, created.uploadId());
            session.openUploads().add(open);
            return new MultipartUpload(session, open, created.checksumType() == ChecksumType.FULL_OBJECT);
        } catch (SdkException e) {
            session.release();
            throw S3Failure.of(e, "beginning the upload", session);
        } catch (IOException | RuntimeException e) {
            session.release();
            throw e;
        }
    }

    /**
     * Sends a part, in place of the one that had the number before, which must have returned. Does not block.
     *
     * @param returned is told of the end of it, with the failure, or null if there was none
     */
    void send(int number, Path path, ByteRange range, Consumer<Throwable> returned) {
        if (!mayRun(number)) {
            returned.accept(new InterruptedIOException("the upload of " + this + " was given up"));
            return;
        }
        session.execute(() -> {
            Throwable failure = null;
            try {
                sendNow(number, path, range);
            } catch (IOException | RuntimeException e) {
                failure = e;
            }
            partReturned();
            returned.accept(failure);
        });
    }

    private synchronized boolean mayRun(int number) {
        if (!aborted) {
            sent.remove(number);
            running++;
        }
        return !aborted;
    }

    private void sendNow(int number, Path path, ByteRange range) throws IOException {
        try (FileSlice slice = new FileSlice(path, range, this::isStopped, session.wantsMd5())) {
            slice.requireWanted();
            UploadPartResponse response = session.s3()
                    .uploadPart(
                            part -> part.bucket(open.object().bucket())
                                    .key(open.object().key())
                                    .uploadId(open.uploadId())
                                    .partNumber(number),
                            RequestBody.fromContentProvider(slice, range.length(), BINARY));
            new ObjectCheck(session).requireSame(open.object(), number, response, slice);
            keep(number, range, response);
        } catch (SdkException e) {
            gone |= e instanceof NoSuchUploadException;
            throw S3Failure.of(e, "upload of part " + number, session);
        }
    }

    private synchronized void keep(int number, ByteRange range, UploadPartResponse response) {
        CompletedPart part = CompletedPart.builder()
                .partNumber(number)
                .eTag(response.eTag())
                .checksumCRC32(response.checksumCRC32())
                .build();
        sent.put(number, new SentPart(part, range));
    }

    private void partReturned() {
        synchronized (this) {
            running--;
            if (!aborted || running > 0) {
                return;
            }
        }
        abortNow();
    }

    private synchronized boolean isStopped() {
        return aborted || session.isInterrupted();
    }

    /** Whether the server has the part, with those bytes of the file. */
    synchronized boolean has(int number, ByteRange range) {
        SentPart part = sent.get(number);
        return part != null && part.range().equals(range);
    }

    /** Whether the server does not know the upload any more. */
    boolean isGone() {
        return gone;
    }

    /** Makes the parts of the plan, which were all sent, one object; blocks. */
    void complete(PartPlan plan) throws IOException {
        try {
            CompleteMultipartUploadRequest completion = completion(plan);
            CompleteMultipartUploadResponse held = session.s3().completeMultipartUpload(completion);
            gone = true; // whatever follows, the server has ended it
            new ObjectCheck(session)
                    .requireSame(
                            open.object(),
                            held.versionId(),
                            new ObjectCheck.Expected(
                                    plan.size(),
                                    Optional.empty(),
                                    Optional.ofNullable(completion.checksumCRC32()),
                                    Optional.empty()));
        } catch (SdkException e) {
            gone |= e instanceof NoSuchUploadException;
            throw S3Failure.of(e, "completing the upload", session);
        }
        end();
    }

    private synchronized CompleteMultipartUploadRequest completion(PartPlan plan) {
        sent.keySet().removeIf(number -> number > plan.count()); // of bytes behind the end
        List<CompletedPart> parts = sent.values().stream().map(SentPart::part).toList();
        CompleteMultipartUploadRequest.Builder complete = CompleteMultipartUploadRequest.builder()
                .bucket(open.object().bucket())
                .key(open.object().key())
                .uploadId(open.uploadId())
                // One attempt may take all the time: servers put the parts together meanwhile.
                .overrideConfiguration(override -> override.apiCallAttemptTimeout(
                        session.settings().connecting().timeouts().request()))
                .multipartUpload(upload -> upload.parts(parts));
        if (wholeVerified && parts.stream().allMatch(part -> part.checksumCRC32() != null)) {
            complete.checksumType(ChecksumType.FULL_OBJECT).checksumCRC32(wholeChecksum());
        }
        return complete.build();
    }

    private String wholeChecksum() {
        int whole = 0;
        for (SentPart part : sent.values()) {
            int crc = Crc32s.fromBase64(part.part().checksumCRC32());
            whole = Crc32s.combined(whole, crc, part.range().length());
        }
        return Crc32s.toBase64(whole);
    }

    /**
     * Gives it up: no part begins any more, and the server is told when the last that runs has returned. Does not
     * block.
     */
    void abort() {
        synchronized (this) {
            if (aborted) {
                return;
            }
            aborted = true;
            if (running > 0) {
                return;
            }
        }
        session.execute(this::abortNow);
    }

    private void abortNow() {
        try {
            session.s3()
                    .abortMultipartUpload(abort -> abort.bucket(open.object().bucket())
                            .key(open.object().key())
                            .uploadId(open.uploadId()));
            LOG.debug("Aborted the upload of {}", Printable.of(open.object().toString()));
        } catch (NoSuchUploadException e) {
            LOG.debug("The upload of {} had ended", Printable.of(open.object().toString()));
        } catch (SdkException e) {
            LOG.warn(
                    "Left an unfinished upload of {} to the next start: {}",
                    Printable.of(open.object().toString()),
                    Printable.of(S3Failure.of(e, "aborting the upload", session).getMessage()));
            leave();
            return;
        }
        end();
    }

    /** Completes when the server has nothing more to do with it, or could not be told. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    private void end() {
        try {
            session.openUploads().remove(open);
        } catch (IOException e) {
            LOG.warn(
                    "Failed to forget the upload of {}",
                    Printable.of(open.object().toString()),
                    e);
        }
        leave();
    }

    private void leave() {
        ended.complete(null);
        session.release();
    }

    @Override
    public String toString() {
        return open.object().toString();
    }
}
