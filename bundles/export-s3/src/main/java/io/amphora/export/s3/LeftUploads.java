// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.export.s3.OpenUploads.OpenUpload;
import io.amphora.transfer.Printable;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/**
 * Aborts multipart uploads that nobody will complete, so that their parts cost nothing more. Confined to one thread.
 */
final class LeftUploads {

    private static final Logger LOG = LoggerFactory.getLogger(LeftUploads.class);

    private final S3Session session;
    private final Clock clock;

    LeftUploads(S3Session session, Clock clock) {
        this.session = session;
        this.clock = clock;
    }

    /** Those of earlier processes, and old ones if that is wanted; what cannot be aborted is left to the next start. */
    void abort() {
        try {
            abortRecorded();
            if (!session.settings().abortUploadsAfter().isZero()) {
                abortOld();
            }
        } catch (IOException | SdkException e) {
            LOG.warn("Left unfinished uploads in {} to the next start: {}", session, e.toString());
        }
    }

    private void abortRecorded() throws IOException {
        String service = session.settings().connecting().where();
        for (OpenUpload upload : session.openUploads().leftBehind(service)) {
            abort(upload.object(), upload.uploadId());
            session.openUploads().remove(upload);
        }
    }

    private void abortOld() {
        S3Settings settings = session.settings();
        Instant bound = clock.instant().minus(settings.abortUploadsAfter());
        var pages = session.s3().listMultipartUploadsPaginator(list -> list.bucket(settings.bucket())
                .prefix(settings.key().fixedPrefix()));
        for (MultipartUpload upload : pages.uploads()) {
            if (upload.initiated().isBefore(bound)) {
                abort(new S3Location(settings.bucket(), upload.key()), upload.uploadId());
            }
        }
    }

    private void abort(S3Location object, String uploadId) {
        try {
            session.s3()
                    .abortMultipartUpload(abort ->
                            abort.bucket(object.bucket()).key(object.key()).uploadId(uploadId));
            LOG.info("Aborted an unfinished upload of {}", Printable.of(object.toString()));
        } catch (NoSuchUploadException e) {
            LOG.debug("The upload of {} had ended", Printable.of(object.toString()));
        }
    }
}
