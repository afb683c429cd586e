// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.s3.testing.S3Server;
import io.amphora.transfer.FileMeta;
import io.amphora.transfer.SafeName;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.SpooledFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/**
 * Uploads a sparse file that is larger than one PUT may be, 5 GiB, and compares what arrived. Run by hand, with a
 * directory that has room for twice the size, and the size in MiB if not 5,222.
 */
public final class LargeObject {

    private static final String BUCKET = "large";
    private static final int MARK = 4_096;

    private LargeObject() {}

    public static void main(String... args) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(args[0]), "s3-large");
        long size = (args.length > 1 ? Long.parseLong(args[1]) << 20 : 5_222L << 20) + 1;
        try (S3Server server = S3Server.inFiles(Files.createDirectory(directory.resolve("server")))) {
            upload(server, sparseFile(directory.resolve("spooled"), size), directory.resolve("uploads"));
        } finally {
            delete(directory);
        }
    }

    private static void upload(S3Server server, Path file, Path state) throws IOException {
        Files.createDirectory(server.objects().resolve(BUCKET));
        S3Exporter exporter = RunningS3.exporter(settings(server), state);
        long start = System.nanoTime();
        ExportedFile exported = exporter.export(request(file));
        double seconds = (System.nanoTime() - start) / 1e9;
        long differs = Files.mismatch(file, server.objects().resolve(BUCKET).resolve("device/f1/large.bin"));
        exporter.deactivate(0);
        System.out.printf(
                Locale.ROOT,
                "%d bytes in %.1f s, %.1f MB/s, to %s; the first byte that differs: %d (-1 for none)%n",
                exported.size(),
                seconds,
                exported.size() / 1e6 / seconds,
                exported.location(),
                differs);
        if (differs >= 0) {
            throw new IOException("what arrived differs at " + differs);
        }
    }

    private static Settings settings(S3Server server) {
        return Settings.defaults()
                .with("bucket", BUCKET)
                .with("host", "127.0.0.1")
                .with("port", server.port())
                .with("ssl", false)
                .with("idle_timeout", 600)
                .with("request_timeout", 600)
                .with("access_key_id", S3Server.ACCESS_KEY)
                .with("secret_access_key", S3Server.SECRET_KEY);
    }

    /** With some bytes that are not zero in each part of 8 MiB. */
    private static Path sparseFile(Path path, long size) throws IOException {
        Random random = new Random(1);
        byte[] mark = new byte[MARK];
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(size);
            for (long at = 0; at + MARK < size; at += 8L << 20) {
                random.nextBytes(mark);
                file.seek(at + random.nextInt(MARK));
                file.write(mark);
            }
            file.setLength(size);
        }
        return path;
    }

    private static ExportRequest request(Path file) throws IOException {
        FileMeta meta = new FileMeta(
                new SafeName("large.bin"),
                OptionalLong.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty());
        SpooledFile spooled = new SpooledFile(file, Files.size(file), Sha256.of(new byte[Sha256.LENGTH]));
        return new ExportRequest(new TransferId("device", "f1"), meta, spooled);
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
