// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** A multipart upload as anybody would write it with the SDK: each part is read into memory and sent. */
final class DirectUpload implements AutoCloseable {

    private static final int PART = 8 << 20;

    private final S3Client client;
    private final ExecutorService threads;

    DirectUpload(S3Client client, int threads) {
        this.client = client;
        this.threads = Executors.newFixedThreadPool(threads);
    }

    Void upload(String bucket, String key, Path file) throws Exception {
        String id = client.createMultipartUpload(create -> create.bucket(bucket).key(key))
                .uploadId();
        long size = Files.size(file);
        List<Callable<CompletedPart>> parts = new ArrayList<>();
        for (long start = 0; start < size; start += PART) {
            long from = start;
            int number = parts.size() + 1;
            parts.add(() -> {
                UploadPartResponse sent = client.uploadPart(
                        part -> part.bucket(bucket).key(key).uploadId(id).partNumber(number),
                        RequestBody.fromBytes(read(file, from, (int) Math.min(PART, size - from))));
                return CompletedPart.builder()
                        .partNumber(number)
                        .eTag(sent.eTag())
                        .checksumCRC32(sent.checksumCRC32())
                        .build();
            });
        }
        List<CompletedPart> sent = new ArrayList<>();
        for (Future<CompletedPart> part : threads.invokeAll(parts)) {
            sent.add(part.get());
        }
        client.completeMultipartUpload(complete ->
                complete.bucket(bucket).key(key).uploadId(id).multipartUpload(upload -> upload.parts(sent)));
        return null;
    }

    private static byte[] read(Path file, long start, int length) throws IOException {
        byte[] bytes = new byte[length];
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(start);
            in.readFully(bytes);
        }
        return bytes;
    }

    @Override
    public void close() {
        threads.shutdown();
        client.close();
    }
}
