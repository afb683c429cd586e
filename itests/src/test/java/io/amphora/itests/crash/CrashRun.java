// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import io.amphora.itests.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Lets clients upload to a broker that is killed again and again, and looks after each kill, and again after the next
 * start, whether what is there is what the clients were told. Confined to the test's thread.
 */
final class CrashRun implements AutoCloseable {

    private static final int CLIENTS = 4;
    private static final Duration POINT_PATIENCE = Duration.ofSeconds(60);
    private static final int RANDOM_MILLIS = 2_500;

    private final Victim victim;
    private final long seed;
    private final Random random;
    private final Violations violations = new Violations();
    private final Exports exports;
    private final List<Uploader> clients;
    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    private final Map<CrashPoint, Integer> hits = new EnumMap<>(CrashPoint.class);
    private final List<CrashPoint> missed = new ArrayList<>();
    private int process;
    private int kills;
    private int verified;

    CrashRun(Victim victim, long seed) throws IOException {
        this.victim = victim;
        this.seed = seed;
        this.random = new Random(seed);
        this.exports = new Exports(
                List.of(victim.data().resolve("exports"), victim.data().resolve("copies")), violations);
        this.clients = IntStream.range(0, CLIENTS)
                .mapToObj(i -> new Uploader("client" + i, exports, violations))
                .toList();
        victim.configure("io.amphora.export.local-copies.cfg", "root", "${karaf.base}/copies");
        victim.configure("io.amphora.export.local-copies.cfg", "link", "false");
    }

    /** Kills at a random moment. */
    void killAtRandom() throws IOException, InterruptedException {
        round(CrashPoint.Needs.NOTHING, "", Duration.ofMillis(random.nextInt(RANDOM_MILLIS)));
    }

    /** Lets the process end where a point is passed, for the first time or a later one. */
    void killAt(CrashPoint point) throws IOException, InterruptedException {
        if (point.after().isPresent()) {
            killAt(point.after().get());
        }
        boolean rare = point.after().isPresent() || point.needs() != CrashPoint.Needs.NOTHING;
        boolean ended = round(point.needs(), point.rules(rare ? 1 : 1 + random.nextInt(4)), POINT_PATIENCE)
                || round(point.needs(), point.rules(1), POINT_PATIENCE);
        if (ended) {
            hits.merge(point, 1, Integer::sum);
        } else {
            missed.add(point);
        }
    }

    /** Starts, uploads, ends; returns whether the process has ended by itself. */
    private boolean round(CrashPoint.Needs needs, String rules, Duration patience)
            throws IOException, InterruptedException {
        configure(needs);
        boolean ended = true;
        if (victim.start(rules)) {
            Round round = new Round(++process, random.nextLong(), victim.port(), needs, CLIENTS);
            List<Future<?>> working = clients.stream()
                    .<Future<?>>map(client -> threads.submit(() -> work(client, round)))
                    .toList();
            obstruct(round, needs);
            ended = victim.awaitEnd(patience);
            victim.kill9();
            round.end();
            join(working);
            verified += round.verifiedCount() == CLIENTS ? 1 : 0;
        }
        ended = ended && victim.exitCode() == Victim.ENDED_AT_POINT;
        kills++;
        inspect();
        return ended;
    }

    private static Void work(Uploader client, Round round) throws IOException {
        client.work(round);
        return null;
    }

    private void configure(CrashPoint.Needs needs) throws IOException {
        String transfer = "io.amphora.transfer.cfg";
        boolean fsync = needs == CrashPoint.Needs.FSYNC || random.nextInt(3) == 0;
        victim.configure(transfer, "durability", fsync ? "fsync" : "os");
        victim.configure(transfer, "assemble_timeout", needs == CrashPoint.Needs.ALL_OBSTRUCTED ? "2" : "300");
        victim.configure(transfer, "gc_interval", needs == CrashPoint.Needs.EXPIRY ? "1" : "3600");
    }

    private void obstruct(Round round, CrashPoint.Needs needs) throws IOException {
        if (needs == CrashPoint.Needs.ONE_OBSTRUCTED || needs == CrashPoint.Needs.ALL_OBSTRUCTED) {
            Waiting.until("the clients have verified what is there", round::isSettled);
            exports.obstruct(1, true);
            exports.obstruct(0, needs == CrashPoint.Needs.ALL_OBSTRUCTED);
        }
    }

    private static void join(List<Future<?>> working) throws InterruptedException {
        for (Future<?> client : working) {
            try {
                client.get();
            } catch (ExecutionException e) {
                throw new AssertionError(e.getCause());
            }
        }
    }

    /** Looks at what is visible while nothing runs. */
    private void inspect() throws IOException {
        exports.obstruct(0, false);
        exports.obstruct(1, false);
        exports.checkVisible(uploads());
        failOnViolations();
    }

    private List<Upload> uploads() {
        return clients.stream().flatMap(client -> client.uploads().stream()).toList();
    }

    private void failOnViolations() {
        if (!violations.isEmpty()) {
            throw new AssertionError("after " + kills + " kills of the " + victim + ", seed " + seed + ", in "
                    + victim.data() + ":\n" + violations);
        }
    }

    /** Brings every file to its end without further kills; then nothing is left over. */
    void complete() throws Exception {
        configure(CrashPoint.Needs.NOTHING);
        victim.start("");
        Round round = new Round(++process, random.nextLong(), victim.port(), CrashPoint.Needs.NOTHING, CLIENTS);
        join(clients.stream()
                .<Future<?>>map(client -> threads.submit(() -> {
                    client.complete(round);
                    return null;
                }))
                .toList());
        victim.kill9();
        inspect();
        collect();
        failOnViolations();
    }

    /** To be called after a run that was long enough for every point. */
    void failOnPointsNeverPassed() {
        for (CrashPoint point : missed) {
            violations.check(hits.containsKey(point), "never passed: " + point);
        }
        failOnViolations();
    }

    /** After one more start leftovers are gone. */
    private void collect() throws Exception {
        victim.configure("io.amphora.transfer.cfg", "gc_interval", "1");
        victim.configure("io.amphora.transfer.cfg", "minimum_segments_ttl", "0");
        victim.configure("io.amphora.transfer.cfg", "maximum_segments_ttl", "1");
        victim.start("");
        Waiting.until("the staging folders are empty", () -> !exports.isAnythingStaged());
        Waiting.until("the spool is empty", () -> spooled().isEmpty());
        victim.kill9();
    }

    private List<Path> spooled() throws IOException {
        try (Stream<Path> files = Files.walk(victim.data().resolve("spool"), 2)) {
            return files.filter(file -> file.getNameCount() > victim.data().getNameCount() + 2)
                    .toList();
        }
    }

    int kills() {
        return kills;
    }

    /** Points that were passed and how often. */
    Map<CrashPoint, Integer> hits() {
        return hits;
    }

    /** What was done. */
    String summary() {
        long segments = clients.stream().mapToLong(Uploader::segments).sum();
        long delivered = uploads().stream()
                .filter(upload -> upload.stage() == Upload.Stage.DELIVERED)
                .count();
        return "%s: %d kills, %d of them at %d points, %d of the starts compared by all clients; %d segments, %d files, %d delivered"
                .formatted(
                        victim,
                        kills,
                        hits.values().stream().mapToInt(Integer::intValue).sum(),
                        hits.size(),
                        verified,
                        segments,
                        uploads().size(),
                        delivered);
    }

    @Override
    public void close() throws IOException {
        victim.close();
        threads.shutdownNow();
    }
}
