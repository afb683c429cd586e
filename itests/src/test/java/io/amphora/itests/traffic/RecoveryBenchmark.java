// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import io.amphora.itests.RunningAmphora;
import io.amphora.itests.Waiting;
import io.amphora.itests.load.Directories;
import io.amphora.itests.load.Footprint;
import io.amphora.itests.load.Machine;
import io.amphora.itests.load.Options;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Fills the queues of sessions whose clients have gone, kills the distribution, and tells how long the next start takes and
 * what it holds then; prints a line of JSON.
 *
 * <pre>
 * RecoveryBenchmark [--sessions N] [--messages N, for each] [--payload BYTES] [--heap SIZE] [--in DIR]
 * </pre>
 */
public final class RecoveryBenchmark {

    private static final int AT_ONCE = 2_000;
    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final String PREFIX = "recovery/";

    private final int sessions;
    private final int messages;
    private final int payload;
    private final Figures figures = new Figures();

    private RecoveryBenchmark(Options options) {
        sessions = options.number("sessions", 100_000);
        messages = options.number("messages", 3);
        payload = options.number("payload", 256);
    }

    public static void main(String... args) throws Exception {
        Options options = Options.parse(args, 0);
        Path in = Path.of(options.text("in").orElse(System.getProperty("java.io.tmpdir")));
        Path data = Files.createTempDirectory(in, "amphora-recovery");
        System.out.println(Machine.describe(data));
        Map<String, String> environment =
                options.text("heap").map(heap -> Map.of("AMPHORA_HEAP", heap)).orElse(Map.of());
        try (RunningAmphora amphora = RunningAmphora.start(data, environment)) {
            System.out.println(new RecoveryBenchmark(options).run(amphora).toJson());
        }
        Directories.delete(data);
        System.exit(0);
    }

    private Figures run(RunningAmphora amphora) throws Exception {
        amphora.stop();
        Files.writeString(amphora.data().resolve("etc/io.amphora.mqtt.broker.cfg"), """

                maximum_sessions = 10000000
                queue_messages = 10000000
                queue_bytes = 10000000000
                total_queue_bytes = 10000000000
                """, StandardOpenOption.APPEND);
        figures.put("sessions", sessions).put("messages", (long) sessions * messages);
        figures.put("empty_start_s", start(amphora));
        InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), amphora.port());
        EventLoop loop = new EventLoop("clients");
        long begun = System.nanoTime();
        for (int from = 0; from < sessions; from += AT_ONCE) {
            leaveSessions(loop, server, from, Math.min(sessions, from + AT_ONCE));
        }
        figures.put("sessions_s", sessions / since(begun));
        fill(loop, server);
        loop.close();
        look("before", amphora);
        amphora.kill9();
        figures.put("start_s", start(amphora));
        look("after", amphora);
        return figures;
    }

    private static double start(RunningAmphora amphora) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        amphora.restart();
        return since(begun);
    }

    private static double since(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }

    private static void leaveSessions(EventLoop loop, InetSocketAddress server, int from, int to) throws Exception {
        List<KeptSession> connections = IntStream.range(from, to)
                .mapToObj(i -> new KeptSession(loop, "kept" + i, PREFIX + i))
                .toList();
        Opening.run(loop, server, connections);
        Waiting.until(
                "all have subscribed",
                PATIENCE,
                () -> loop.call(() -> connections.stream().allMatch(KeptSession::isSubscribed)));
        loop.call(() -> {
            for (KeptSession connection : connections) {
                connection.close();
            }
            return null;
        });
    }

    private void fill(EventLoop loop, InetSocketAddress server) throws Exception {
        QueueFiller filler = new QueueFiller(loop, PREFIX, sessions, messages, payload);
        long begun = System.nanoTime();
        Opening.run(loop, server, List.of(filler));
        Waiting.until(
                "all is acknowledged",
                PATIENCE,
                () -> loop.call(() -> {
                    if (filler.isLost()) {
                        throw filler.end();
                    }
                    return filler.isDone();
                }));
        figures.put("offline_acknowledged_s", filler.acknowledged() / since(begun));
        loop.call(() -> {
            filler.close();
            return null;
        });
    }

    private void look(String when, RunningAmphora amphora) throws IOException, InterruptedException {
        Footprint footprint = Footprint.of(amphora.broker().pid());
        figures.put("heap_mib_" + when, footprint.heapMib()).put("rss_mib_" + when, footprint.residentMib());
        try (var files = Files.list(amphora.data().resolve("sessions"))) {
            long bytes = files.mapToLong(file -> file.toFile().length()).sum();
            figures.put("store_mib_" + when, bytes / 1024.0 / 1024.0);
        }
    }
}
