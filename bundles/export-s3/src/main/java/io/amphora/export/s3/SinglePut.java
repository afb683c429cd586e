// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.spi.SpooledFile;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** A file that goes by one PUT. Confined to the export thread, but for the flag. */
final class SinglePut {

    private static final String DOING = "upload";
    private static final String BINARY = "application/octet-stream";

    private final S3Session session;
    private volatile boolean stopped;

    SinglePut(S3Session session) {
        this.session = session;
    }

    void put(SpooledFile file, S3Location object, Map<String, String> metadata) throws IOException {
        PutObjectRequest put = request(file.sha256(), object, metadata);
        CompletableFuture<Object> response = session.submit(() -> {
            try (FileSlice slice = new FileSlice(file.path(), new ByteRange(0, file.size()), this::isStopped)) {
                slice.requireWanted();
                PutObjectResponse held =
                        session.s3().putObject(put, RequestBody.fromContentProvider(slice, file.size(), BINARY));
                new ObjectCheck(session).requireSame(object, held.versionId(), expected(file, slice));
                return held;
            }
        });
        try {
            response.get();
        } catch (InterruptedException e) {
            stopped = true;
            Thread.currentThread().interrupt();
            Waiting.forResult(response, DOING, session); // it may have been too late to stop it
        } catch (ExecutionException e) {
            throw S3Failure.of(e, DOING, session);
        }
    }

    private static ObjectCheck.Expected expected(SpooledFile file, FileSlice sent) {
        return new ObjectCheck.Expected(
                file.size(), Optional.of(base64(file.sha256())), Optional.of(sent.crc32()), Optional.of(sent.md5()));
    }

    private static String base64(Sha256 sha256) {
        return Base64.getEncoder().encodeToString(sha256.bytes());
    }

    private boolean isStopped() {
        return stopped || session.isInterrupted();
    }

    /** With the checksum that is known since the file was received: the server verifies the whole way. */
    private PutObjectRequest request(Sha256 sha256, S3Location object, Map<String, String> metadata) {
        ObjectOptions options = session.settings().object();
        PutObjectRequest.Builder put = options.apply(PutObjectRequest.builder())
                .bucket(object.bucket())
                .key(object.key())
                .metadata(metadata)
                .contentType(BINARY);
        if (options.verified()) {
            put.checksumSHA256(base64(sha256));
        }
        return put.build();
    }
}
