// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.s3.testing.S3Server;
import io.amphora.transfer.FileMeta;
import io.amphora.transfer.SafeName;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.EarlyExport;
import io.amphora.transfer.spi.EarlyRequest;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.SpooledFile;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Measures uploads to a local S3 server. Run by hand with a directory to work in, a size in MiB, a number of rounds,
 * and what to measure: {@code speed} against the plain SDK and the command-line clients that are installed; {@code
 * fin}, how long the end of an upload takes with and without an early beginning; {@code memory} of 50 uploads at once.
 */
public final class S3Benchmark implements AutoCloseable {

    private static final String BUCKET = "benchmark";
    private static final int AT_ONCE = 50;

    private final S3Server server;
    private final Path directory;
    private final long size;
    private final int rounds;
    private final S3Exporter exporter;
    private final ExportRequest request;

    private S3Benchmark(Path directory, long size, int rounds) throws IOException, InterruptedException {
        this.directory = directory;
        this.size = size;
        this.rounds = rounds;
        this.server = S3Server.inFiles(Files.createDirectory(directory.resolve("server")));
        this.exporter = RunningS3.exporter(settings(), directory.resolve("uploads"));
        client().createBucket(create -> create.bucket(BUCKET));
        this.request = request("f1", randomFile());
    }

    public static void main(String... args) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(args[0]), "s3-benchmark");
        long size = Long.parseLong(args[1]) << 20;
        try (S3Benchmark benchmark = new S3Benchmark(directory, size, Integer.parseInt(args[2]))) {
            for (String what : Arrays.asList(args).subList(3, args.length)) {
                switch (what) {
                    case "speed" -> benchmark.speed();
                    case "fin" -> benchmark.fin();
                    case "memory" -> benchmark.memory();
                    default -> throw new IllegalArgumentException(what);
                }
            }
        }
    }

    private Settings settings() {
        return Settings.defaults()
                .with("bucket", BUCKET)
                .with("host", "127.0.0.1")
                .with("port", server.port())
                .with("ssl", false)
                .with("access_key_id", S3Server.ACCESS_KEY)
                .with("secret_access_key", S3Server.SECRET_KEY);
    }

    /** The exporter's own, so that the SDK is configured alike. */
    private S3Client client() {
        return S3Clients.open(settings().parse().connecting()).s3();
    }

    private Path randomFile() throws IOException {
        Path file = directory.resolve("file.bin");
        byte[] block = new byte[1 << 20];
        Random random = new Random(1);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long left = size; left > 0; left -= block.length) {
                random.nextBytes(block);
                out.write(block);
            }
        }
        return file;
    }

    private ExportRequest request(String fileId, Path file) {
        FileMeta meta = new FileMeta(
                new SafeName("file.bin"),
                OptionalLong.of(size),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty());
        SpooledFile spooled = new SpooledFile(file, size, Sha256.of(new byte[Sha256.LENGTH]));
        return new ExportRequest(new TransferId("benchmark", fileId), meta, spooled);
    }

    private void speed() throws Exception {
        System.out.println("| upload | MB/s | CPU s |\n|---|---:|---:|");
        for (int round = 0; round < rounds; round++) {
            print("exporter", measured(() -> exporter.export(request)));
            try (DirectUpload direct = new DirectUpload(client(), 8)) {
                print(
                        "plain SDK",
                        measured(() ->
                                direct.upload(BUCKET, "direct", request.file().path())));
            }
            print("aws s3 cp", measured(ForeignUpload.aws(server, request.file().path(), BUCKET)));
            print(
                    "s3cmd put",
                    measured(ForeignUpload.s3cmd(server, request.file().path(), BUCKET)));
        }
    }

    private record Usage(double seconds, double cpuSeconds) {}

    private static Usage measured(ForeignUpload upload) throws IOException, InterruptedException {
        double[] times = upload.run();
        return new Usage(times[0], times[1] + times[2]);
    }

    private static Usage measured(Callable<?> upload) throws Exception {
        long cpu = cpuNanos();
        long start = System.nanoTime();
        upload.call();
        return new Usage((System.nanoTime() - start) / 1e9, (cpuNanos() - cpu) / 1e9);
    }

    private void print(String what, Usage usage) {
        System.out.printf(
                Locale.ROOT, "| %s | %.1f | %.2f |%n", what, size / 1e6 / usage.seconds(), usage.cpuSeconds());
    }

    private static long cpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    private void fin() throws Exception {
        System.out.println("| fin of " + (size >> 20) + " MiB | s |\n|---|---:|");
        for (int round = 0; round < rounds; round++) {
            Usage whole = measured(() -> exporter.export(request));
            System.out.printf(Locale.ROOT, "| without an early beginning | %.3f |%n", whole.seconds());
            EarlyExport early = exporter.begin(new EarlyRequest(
                            request.id(), request.meta(), request.file().path()))
                    .orElseThrow();
            early.grown(size - 1);
            int parts = settings().parse().parts().plan(size).count() - 1;
            Condition.await("the other parts are there", () -> parts() == parts);
            Usage rest = measured(() -> exporter.export(request.with(Optional.of(early))));
            System.out.printf(Locale.ROOT, "| with | %.3f |%n", rest.seconds());
        }
    }

    private int parts() {
        return client().listMultipartUploads(list -> list.bucket(BUCKET)).uploads().stream()
                .mapToInt(upload -> (int) client()
                        .listPartsPaginator(
                                list -> list.bucket(BUCKET).key(upload.key()).uploadId(upload.uploadId()))
                        .parts()
                        .stream()
                        .count())
                .sum();
    }

    private void memory() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        List<Future<?>> exports = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            ExportRequest one = request("f" + i, request.file().path());
            exports.add(threads.submit(() -> exporter.export(one)));
        }
        PeakMemory peak = new PeakMemory();
        while (exports.stream().anyMatch(export -> !export.isDone())) {
            peak.sample();
        }
        for (Future<?> export : exports) {
            export.get();
        }
        threads.shutdown();
        System.out.printf(
                Locale.ROOT,
                "%d uploads of %d MiB at once, heap of at most %d MiB: %s%n",
                AT_ONCE,
                size >> 20,
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getMax() >> 20,
                peak);
    }

    @Override
    public void close() throws IOException {
        exporter.deactivate(0);
        server.close();
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
