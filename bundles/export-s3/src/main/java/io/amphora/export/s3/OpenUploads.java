// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.transfer.Sha256;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Remembers multipart uploads that have begun, a small file for each, so that what a killed process left behind at the
 * server can be aborted. Thread-safe.
 */
final class OpenUploads {

    private final Path folder;
    private final String process;

    /** @param process tells this process from those before it */
    OpenUploads(Path folder, String process) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.process = process;
    }

    /** In that folder, for this process. */
    static OpenUploads in(Path folder) throws IOException {
        ProcessHandle self = ProcessHandle.current();
        return new OpenUploads(
                folder,
                self.pid() + "@"
                        + self.info().startInstant().map(Object::toString).orElse(""));
    }

    /**
     * One upload.
     *
     * @param service that it is at
     */
    record OpenUpload(String service, S3Location object, String uploadId) {}

    void add(OpenUpload upload) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("process", process);
        properties.setProperty("service", upload.service());
        properties.setProperty("bucket", upload.object().bucket());
        properties.setProperty("key", upload.object().key());
        properties.setProperty("upload", upload.uploadId());
        try (Writer out = Files.newBufferedWriter(fileOf(upload))) {
            properties.store(out, null);
        }
    }

    void remove(OpenUpload upload) throws IOException {
        Files.deleteIfExists(fileOf(upload));
    }

    private Path fileOf(OpenUpload upload) {
        byte[] id = (upload.service() + " " + upload.uploadId()).getBytes(StandardCharsets.UTF_8);
        return folder.resolve(Sha256.digestOf(ByteBuffer.wrap(id)).hex());
    }

    /** Those of earlier processes at a service. */
    List<OpenUpload> leftBehind(String service) throws IOException {
        List<OpenUpload> left = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Properties properties = read(file);
                if (service.equals(properties.getProperty("service"))
                        && !process.equals(properties.getProperty("process"))) {
                    left.add(new OpenUpload(
                            service,
                            new S3Location(properties.getProperty("bucket"), properties.getProperty("key")),
                            properties.getProperty("upload")));
                }
            }
        }
        return left;
    }

    private static Properties read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        } catch (NoSuchFileException e) {
            return new Properties(); // it has just ended
        }
        return properties;
    }
}
