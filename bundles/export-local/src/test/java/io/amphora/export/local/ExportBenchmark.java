// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.SpoolFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures durable exports of files of 4 KiB that are in the spool, synced, by several numbers of threads. Run by hand
 * with the directory to work in, the number of files and the numbers of threads. What it wrote is removed only at the
 * end: there are file systems that make files slowly for a while after many were deleted.
 */
public final class ExportBenchmark {

    private final Path directory;
    private final int files;

    private ExportBenchmark(Path directory, int files) {
        this.directory = directory;
        this.files = files;
    }

    public static void main(String... args) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(args[0]), "export-benchmark");
        ExportBenchmark benchmark = new ExportBenchmark(directory, Integer.parseInt(args[1]));
        System.out.println("| threads | files/s | mean ms | CPU us/file |\n|---:|---:|---:|---:|");
        for (String threads : Arrays.asList(args).subList(2, args.length)) {
            System.out.println(benchmark.measure(Integer.parseInt(threads)));
        }
        Tree.delete(directory);
    }

    private String measure(int threads) throws Exception {
        Path place = Files.createTempDirectory(directory, "run");
        List<ExportRequest> requests = spooled(Files.createDirectory(place.resolve("spool")));
        LocalExporter exporter = LocalExporterContract.exporterInto(place.resolve("exports"), true);
        long cpu = cpuNanos();
        long start = System.nanoTime();
        export(exporter, requests, threads);
        double seconds = (System.nanoTime() - start) / 1e9;
        return String.format(
                "| %d | %.0f | %.2f | %.0f |",
                threads, files / seconds, threads * seconds * 1e3 / files, (cpuNanos() - cpu) / 1e3 / files);
    }

    private List<ExportRequest> spooled(Path folder) throws IOException {
        SpoolFolder spool = new SpoolFolder(folder);
        List<ExportRequest> requests = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            ExportRequest request =
                    spool.request(new TransferId("device-" + i % 64, "f" + i), SpoolFolder.bytes(i, 4_096));
            try (FileChannel data = FileChannel.open(request.file().path(), StandardOpenOption.WRITE)) {
                data.force(true);
            }
            requests.add(request);
        }
        return requests;
    }

    private static void export(LocalExporter exporter, List<ExportRequest> requests, int threads) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Callable<Object>> exports = new ArrayList<>();
        for (ExportRequest request : requests) {
            exports.add(() -> exporter.export(request));
        }
        for (Future<Object> export : pool.invokeAll(exports)) {
            export.get();
        }
        pool.shutdown();
    }

    private static long cpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }
}
