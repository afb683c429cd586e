// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.Test;

/**
 * The broker is killed, and nothing that was acknowledged is lost. A build kills for a bounded time, at points that the
 * seed chooses; {@code -Damphora.crash.kills=N} kills so often, and then every point is passed.
 */
public final class CrashIT {

    private static final int KILLS = Integer.getInteger("amphora.crash.kills", 0);
    private static final int DISTRIBUTION_KILLS = Integer.getInteger("amphora.crash.distribution.kills", KILLS / 3);
    private static final Duration TIME = Duration.ofSeconds(30);

    /** Nothing of a segment reaches its journal. */
    private static final String FORGETS_SEGMENTS = """
            RULE forgets segments
            CLASS io.amphora.transfer.core.spool.TransferJournal
            METHOD append
            AT INVOKE FileChannel.write
            IF $entries.get(0).getClass().getName().endsWith("Stored")
            DO $bytes.position($bytes.limit())
            ENDRULE
            """;

    private final long seed = Long.getLong("amphora.seed", System.nanoTime());

    @Test
    public void theDistributionLosesNothing() throws Exception {
        Path data = Files.createTempDirectory("amphora-crash");
        run(new DistributionVictim(data), data, DISTRIBUTION_KILLS);
    }

    @Test
    public void aBareBrokerLosesNothing() throws Exception {
        Path data = Files.createTempDirectory("amphora-crash");
        run(new ProcessVictim(data), data, KILLS - DISTRIBUTION_KILLS);
    }

    /** The check of the check. */
    @Test
    public void aBrokerThatForgetsSegmentsIsFoundOut() throws Exception {
        Path data = Files.createTempDirectory("amphora-crash");
        try (CrashRun run = new CrashRun(new ProcessVictim(data, FORGETS_SEGMENTS), seed)) {
            AssertionError found = assertThrows(AssertionError.class, () -> {
                for (int i = 0; i < 20; i++) {
                    run.killAt(CrashPoint.SEGMENTS_STORED);
                }
            });
            assertTrue(found.toString(), found.getMessage().contains("was acknowledged and is missing"));
            assertTrue(found.toString(), found.getMessage().contains("seed " + seed));
        }
        delete(data);
    }

    /** @param kills 0 for as many as there is time for */
    private void run(Victim victim, Path data, int kills) throws Exception {
        long start = System.nanoTime();
        long deadline = start + TIME.toNanos();
        try (CrashRun run = new CrashRun(victim, seed)) {
            List<CrashPoint> points = points();
            for (int i = 0; kills > 0 ? run.kills() < kills : System.nanoTime() - deadline < 0; i++) {
                if (i % 3 == 2) {
                    run.killAtRandom();
                } else {
                    run.killAt(points.get((i - i / 3) % points.size()));
                }
                System.out.println((System.nanoTime() - start) / 1_000_000_000 + " s: " + run.summary());
            }
            run.complete();
            if (kills > 0) {
                run.failOnPointsNeverPassed();
            }
            System.out.println(run.summary() + "; " + (System.nanoTime() - start) / 1_000_000_000 + " s, seed " + seed);
            assertTrue(
                    "every point is passed: " + run.hits(),
                    kills < 100 || run.hits().size() == points.size());
        }
        delete(data);
    }

    private List<CrashPoint> points() {
        List<CrashPoint> points = new ArrayList<>(List.of(CrashPoint.values()));
        Collections.shuffle(points, new Random(seed));
        return points;
    }

    private static void delete(Path data) throws IOException {
        try (var all = Files.walk(data)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
