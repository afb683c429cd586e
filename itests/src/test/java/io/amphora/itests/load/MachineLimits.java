// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What this machine can do at most, measured in this process by loops that do nothing but the unavoidable: digest and
 * write a large file, or deliver small ones durably. Confined to one thread.
 */
final class MachineLimits {

    private static final int BLOCK = 64 * 1_024;
    private static final long LARGE = 1L << 30;
    private static final int DELIVERIES = 5_000;
    private static final int THREADS = 16;

    private final Path directory;

    /** @param directory on the disk that is measured; what is written there stays */
    MachineLimits(Path directory) {
        this.directory = directory;
    }

    String describe() throws IOException, InterruptedException, ExecutionException {
        // Not deleted in between, so that the second finds no memory that the first has touched.
        String fresh = large("fresh", false);
        WarmMemory.provide(LARGE, directory);
        String warm = large("warm", false);
        Files.delete(directory.resolve("fresh"));
        WarmMemory.provide(LARGE, directory);
        String digested = large("digested", true);
        Files.delete(directory.resolve("warm"));
        Files.delete(directory.resolve("digested"));
        return String.format(
                Locale.ROOT,
                "Limits of this machine, by loops in one process: 1 GiB in blocks of 64 KiB into the page cache: %s "
                        + "where memory was free for long, %s in memory in use before, %s with SHA-256. Files of 4 KiB, each "
                        + "with manifest and folders, delivered durably by %d threads: %s.",
                fresh,
                warm,
                digested,
                THREADS,
                deliveries());
    }

    private String large(String name, boolean digest) throws IOException {
        byte[] bytes = new byte[BLOCK];
        new Random(1).nextBytes(bytes);
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK).put(bytes);
        MessageDigest sha256 = Payload.newDigest();
        ProcessUsage before = usage();
        long start = System.nanoTime();
        try (FileChannel file = newFile(directory.resolve(name))) {
            for (long at = 0; at < LARGE; at += BLOCK) {
                file.write(block.clear(), at);
                if (digest) {
                    sha256.update(bytes);
                }
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpu = usage().since(before).cpuSeconds();
        return String.format(Locale.ROOT, "%.0f MB/s (%.2f CPU s per GB)", LARGE / 1e6 / seconds, cpu / (LARGE / 1e9));
    }

    private String deliveries() throws IOException, InterruptedException, ExecutionException {
        Path spool = Files.createDirectory(directory.resolve("limit-spool"));
        Path root = Files.createDirectory(directory.resolve("limit-exports"));
        deliver(spool, root, 0, DELIVERIES / 5);
        ProcessUsage before = usage();
        long start = System.nanoTime();
        deliver(spool, root, DELIVERIES, 2 * DELIVERIES);
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpu = usage().since(before).cpuSeconds();
        return String.format(Locale.ROOT, "%.0f files/s (%.2f CPU s for %d)", DELIVERIES / seconds, cpu, DELIVERIES);
    }

    private static void deliver(Path spool, Path root, int from, int to)
            throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> all = new ArrayList<>();
        for (int i = from; i < to; i++) {
            int number = i;
            all.add(threads.submit(() -> {
                deliver(spool, root, number);
                return null;
            }));
        }
        for (Future<?> one : all) {
            one.get();
        }
        threads.shutdown();
    }

    /** One file as the spool and the local exporter bring it onto the disk, without journal and network. */
    private static void deliver(Path spool, Path root, int number) throws IOException {
        Path data = spool.resolve(number + ".data");
        Path staged = Files.createDirectory(spool.resolve(number + ".staged"));
        Path files = Files.createDirectory(
                Files.createDirectory(staged.resolve("client")).resolve("file"));
        writeSynced(data, 4_096);
        Files.createLink(files.resolve("file.bin"), data);
        writeSynced(files.resolve("file.bin.MANIFEST.json"), 300);
        Path shard = Files.createDirectories(root.resolve(Integer.toString(number % 256)));
        Files.move(staged, shard.resolve(Integer.toString(number)), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel entries = FileChannel.open(shard, StandardOpenOption.READ)) {
            entries.force(true);
        }
        Files.delete(data);
    }

    private static void writeSynced(Path path, int size) throws IOException {
        try (FileChannel file = newFile(path)) {
            file.write(ByteBuffer.allocate(size));
            file.force(true);
        }
    }

    private static FileChannel newFile(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private static ProcessUsage usage() throws IOException {
        return ProcessUsage.of(ProcessHandle.current().pid());
    }
}
