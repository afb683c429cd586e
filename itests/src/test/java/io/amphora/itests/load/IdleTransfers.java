// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import io.amphora.itests.RunningAmphora;
import io.amphora.itests.Waiting;
import io.amphora.transfer.FileMeta;
import io.amphora.transfer.InvalidFileMetaException;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.core.spool.Durability;
import io.amphora.transfer.core.spool.Segment;
import io.amphora.transfer.core.spool.Spool;
import io.amphora.transfer.core.spool.SpoolEntry;
import io.amphora.transfer.core.spool.SpoolLimits;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Fills a spool with transfers that nothing happens to, starts the broker on it, and prints what the start and two looks for
 * old transfers cost: one that finds all of them within their time, one that collects them all. Thread-safe while it writes,
 * else confined to one thread.
 *
 * <pre>
 * IdleTransfers [--transfers N] [--clients N] [--segment-size BYTES] [--collect] [--in DIR] [--keep]
 * </pre>
 */
public final class IdleTransfers {

    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final Duration WITHIN_TIME = Duration.ofHours(1);
    private static final Duration PAST_TIME = Duration.ofDays(2);
    private static final String COUNTED = "Counted the spool";
    private static final String COLLECTED = " that nothing had come for in ";

    private static final int WRITERS = 4;
    private static final int END_OF_LOG = 64 * 1024;

    private final Options options;
    private final RunningAmphora amphora;

    private IdleTransfers(Options options, RunningAmphora amphora) {
        this.options = options;
        this.amphora = amphora;
    }

    public static void main(String... args) throws Exception {
        Options options = Options.parse(args, 0);
        Path in = Path.of(options.text("in").orElse(System.getProperty("java.io.tmpdir")));
        Path data = Files.createTempDirectory(in, "amphora-idle-transfers");
        System.out.println(Machine.describe(data));
        try (RunningAmphora amphora = RunningAmphora.start(data)) {
            new IdleTransfers(options, amphora).run();
        } finally {
            if (!options.flag("keep", false)) {
                Directories.delete(data);
            }
        }
        System.exit(0);
    }

    private void run() throws Exception {
        amphora.stop();
        restart("Empty spool");
        amphora.stop();
        fill(options.number("transfers", 1_000_000), options.number("clients", 1_000));
        restart("All within their time");
        awaitLine(COLLECTED);
        print("after looking");
        if (options.flag("collect", false)) {
            amphora.stop();
            age();
            restart("All past their time");
            awaitLine(COLLECTED);
            print("after collecting");
        }
        amphora.stop();
    }

    private void fill(int transfers, int clients) throws IOException, InterruptedException, ExecutionException {
        long start = System.nanoTime();
        SpoolLimits limits = new SpoolLimits(Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, 16);
        try (Spool spool = Spool.open(amphora.spool(), Durability.OS, limits, Clock.systemUTC())) {
            ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
            List<Future<?>> written = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                int first = writer;
                written.add(writers.submit(() -> {
                    for (int i = first; i < transfers; i += WRITERS) {
                        write(spool, new TransferId("device-" + i % clients, "upload-" + i));
                    }
                    return null;
                }));
            }
            writers.shutdown();
            for (Future<?> one : written) {
                one.get();
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%,d transfers of %,d clients written in %.0f s, %.0f MiB of disk%n",
                transfers,
                clients,
                (System.nanoTime() - start) / 1e9,
                Footprint.diskMib(amphora.spool()));
    }

    private void write(Spool spool, TransferId id) throws IOException {
        SpoolEntry entry = spool.create(id, meta());
        entry.store(List.of(new Segment(0, ByteBuffer.allocate(options.number("segment-size", 1_024)))));
        entry.touch(FileTime.from(Instant.now().minus(WITHIN_TIME)));
        entry.close();
    }

    private static FileMeta meta() throws IOException {
        try {
            String json = "{\"name\":\"log.txt\",\"size\":65536,\"user_data\":{\"site\":\"north\"}}";
            return FileMeta.parse(json.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidFileMetaException e) {
            throw new IOException(e);
        }
    }

    private void age() throws IOException {
        FileTime written = FileTime.from(Instant.now().minus(PAST_TIME));
        try (var folders = Files.newDirectoryStream(amphora.spool(), Files::isDirectory)) {
            for (Path folder : folders) {
                try (var files = Files.newDirectoryStream(folder)) {
                    for (Path file : files) {
                        Files.setLastModifiedTime(file, written);
                    }
                }
            }
        }
    }

    /** The first look for old transfers comes half a minute, the fewest seconds that are of use, after the start. */
    private void restart(String what) throws Exception {
        Path settings = amphora.data().resolve("etc/io.amphora.transfer.cfg");
        Files.writeString(settings, Files.readString(settings).replaceAll("#gc_interval = .*", "gc_interval = 30"));
        Files.writeString(amphora.log(), "");
        long start = System.nanoTime();
        amphora.restart();
        System.out.printf(Locale.ROOT, "%s: ready after %.1f s%n", what, (System.nanoTime() - start) / 1e9);
        awaitLine(COUNTED);
        print("when counted");
    }

    private void print(String when) throws IOException, InterruptedException {
        long pid = amphora.broker().pid();
        System.out.printf(
                Locale.ROOT,
                "    %s: peak %.0f MiB resident, then %s%n",
                when,
                ProcessUsage.of(pid).peakMib(),
                Footprint.of(pid));
    }

    /** Waits for a line at the end of the log and prints it. */
    private void awaitLine(String text) throws Exception {
        Waiting.until(text, PATIENCE, () -> endOfLog().contains(text));
        endOfLog()
                .lines()
                .filter(line -> line.contains(text))
                .map(line -> "    " + line.replaceFirst(".* - ", ""))
                .forEach(System.out::println);
    }

    private String endOfLog() throws IOException {
        try (RandomAccessFile log = new RandomAccessFile(amphora.log().toFile(), "r")) {
            byte[] end = new byte[(int) Math.min(log.length(), END_OF_LOG)];
            log.seek(log.length() - end.length);
            log.readFully(end);
            return new String(end, StandardCharsets.UTF_8);
        }
    }
}
