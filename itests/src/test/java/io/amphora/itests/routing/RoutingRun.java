// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.routing;

import io.amphora.itests.Waiting;
import io.amphora.itests.crash.Victim;
import io.amphora.itests.crash.Violations;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Lets clients talk through a broker that is killed again and again, and looks in the end whether everybody got what
 * publishers had been told is safe. Confined to the test's thread.
 */
final class RoutingRun implements AutoCloseable {

    private static final Duration POINT_PATIENCE = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int RANDOM_MILLIS = 3_000;

    private final Victim victim;
    private final long seed;
    private final Random random;
    private final Violations violations = new Violations();
    private final Population population = new Population(violations);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<StorePoint, Integer> hits = new EnumMap<>(StorePoint.class);
    private int lives;
    private int kills;

    /** Starts once and lets everybody subscribe. */
    RoutingRun(Victim victim, long seed) throws Exception {
        this.victim = victim;
        this.seed = seed;
        this.random = new Random(seed);
        victim.configure("io.amphora.mqtt.store.cfg", "segment_bytes", "65536");
        String broker = "io.amphora.mqtt.broker.cfg";
        victim.configure(broker, "queue_messages", "1000000"); // nothing may be dropped
        victim.configure(broker, "queue_bytes", "1000000000");
        victim.configure(broker, "total_queue_bytes", "1000000000");
        victim.configure(broker, "slow_subscriber_wait", "60");
        Life life = begin("", true).orElseThrow();
        List<Future<?>> living = live(life, population.everybody());
        until("all have subscribed", population::isEstablished);
        end(life, living);
    }

    /** Kills at a random moment. */
    void killAtRandom() throws Exception {
        live("", Duration.ofMillis(random.nextInt(RANDOM_MILLIS)));
    }

    /** Lets the process end where a point is passed, for the first time or a later one. */
    void killAt(StorePoint point) throws Exception {
        if (point.after().isPresent()) {
            killAt(point.after().get());
        }
        int most = point.after().isPresent() ? 1 : point.isFrequent() ? 500 : 3;
        if (live(point.rules(1 + random.nextInt(most)), POINT_PATIENCE)) {
            hits.merge(point, 1, Integer::sum);
        }
    }

    /** Starts, lets everybody take part, ends; returns whether the process has ended by itself. */
    private boolean live(String rules, Duration patience) throws Exception {
        victim.configure("io.amphora.mqtt.store.cfg", "durability", random.nextInt(3) == 0 ? "fsync" : "os");
        Optional<Life> life = begin(rules, false);
        boolean ended = true;
        if (life.isPresent()) {
            List<Future<?>> living = live(life.get(), population.everybody());
            ended = victim.awaitEnd(patience);
            victim.kill9();
            life.get().end();
            join(living);
        }
        kills++;
        failOnViolations();
        return ended && victim.exitCode() == Victim.ENDED_AT_POINT;
    }

    /** Starts the process; nothing if it has ended at a point before it was ready. */
    private Optional<Life> begin(String rules, boolean quiet) throws IOException, InterruptedException {
        try {
            if (!victim.start(rules)) {
                return Optional.empty();
            }
        } catch (IOException e) {
            throw new AssertionError(description() + " does not start on what it has stored", e);
        }
        Life life = new Life(++lives, random.nextLong(), victim.port(), quiet);
        try {
            population.retained().compare(life);
        } catch (IOException e) {
            if (rules.isEmpty()) {
                throw e;
            } // else it has ended at the point already
        }
        return Optional.of(life);
    }

    private List<Future<?>> live(Life life, List<PersistentClient> clients) {
        return clients.stream()
                .<Future<?>>map(client -> threads.submit(() -> {
                    client.live(life);
                    return null;
                }))
                .toList();
    }

    private void end(Life life, List<Future<?>> living) throws IOException, InterruptedException {
        life.end();
        join(living);
        victim.kill9();
        failOnViolations();
    }

    private static void join(List<Future<?>> living) throws InterruptedException {
        for (Future<?> client : living) {
            try {
                client.get();
            } catch (ExecutionException e) {
                throw new AssertionError(e.getCause());
            }
        }
    }

    private void until(String what, Supplier<Boolean> condition) throws Exception {
        Waiting.until(what, PATIENCE, () -> {
            failOnViolations();
            return condition.get();
        });
    }

    /** Lets publishers finish and everybody get what is theirs; a member of the group that is away comes last. */
    void complete() throws Exception {
        Life life = begin("", true).orElseThrow();
        List<Future<?>> living = new ArrayList<>(live(life, population.everybodyButAbsentMember()));
        until("all is acknowledged", population::isAllAcknowledged);
        nothing("is missing while a member is away", population::missingInGroup);
        living.addAll(live(life, List.of(population.absentMember())));
        nothing("is missing", population::missing);
        population.compare();
        end(life, living);
    }

    private void nothing(String what, Supplier<List<String>> missing) throws Exception {
        try {
            until("nothing " + what, () -> missing.get().isEmpty());
        } catch (AssertionError e) {
            missing.get().forEach(violations::add);
            failOnViolations();
            throw e;
        }
    }

    private void failOnViolations() {
        if (!violations.isEmpty()) {
            throw new AssertionError(description() + ":\n" + violations);
        }
    }

    private String description() {
        return "seed " + seed + ", " + victim.data() + ", " + this;
    }

    int kills() {
        return kills;
    }

    /** Points that were passed and how often. */
    Map<StorePoint, Integer> hits() {
        return hits;
    }

    @Override
    public String toString() {
        return "%s: %d kills, %d of them at %d points; %s"
                .formatted(
                        victim,
                        kills,
                        hits.values().stream().mapToInt(Integer::intValue).sum(),
                        hits.size(),
                        population);
    }

    @Override
    public void close() throws IOException {
        victim.close();
        threads.shutdownNow();
    }
}
