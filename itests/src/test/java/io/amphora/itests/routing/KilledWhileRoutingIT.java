// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.routing;

import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.crash.DistributionVictim;
import io.amphora.itests.crash.ProcessVictim;
import io.amphora.itests.crash.Victim;
import io.amphora.itests.load.Directories;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.Test;

/**
 * The broker is killed while messages go through it, and no session, subscription, retained message, nor message of QoS 1
 * and 2 is lost, and none of QoS 2 doubled. {@code -Damphora.kills=N} says how often, if not a few times; from 60 kills on
 * every point is passed.
 */
public final class KilledWhileRoutingIT {

    private static final int KILLS = Integer.getInteger("amphora.kills", 6);
    private static final int DISTRIBUTION_KILLS =
            Integer.getInteger("amphora.distribution.kills", Math.max(1, KILLS / 6));
    private static final int ENOUGH_FOR_ALL = 60;

    /** One of many groups of changes does not reach the log. */
    private static final String FORGETS_CHANGES = """
            RULE forgets changes
            CLASS io.amphora.mqtt.store.SegmentedLog
            METHOD append
            AT ENTRY
            IF incrementCounter("appended") % 50 == 0
            DO RETURN
            ENDRULE
            """;

    private final long seed = Long.getLong("amphora.seed", System.nanoTime());

    @Test
    public void theDistributionLosesNothing() throws Exception {
        Path data = Files.createTempDirectory("amphora-killed");
        run(new DistributionVictim(data), data, DISTRIBUTION_KILLS);
    }

    @Test
    public void aBareBrokerLosesNothing() throws Exception {
        Path data = Files.createTempDirectory("amphora-killed");
        run(new ProcessVictim(data), data, KILLS - DISTRIBUTION_KILLS);
    }

    /** The check of the check. */
    @Test
    public void aBrokerThatForgetsChangesIsFoundOut() throws Exception {
        Path data = Files.createTempDirectory("amphora-killed");
        try (RoutingRun run = new RoutingRun(new ProcessVictim(data, FORGETS_CHANGES), seed)) {
            AssertionError found = assertThrows(AssertionError.class, () -> killTwice(run));
            assertTrue(found.toString(), found.getMessage().contains("seed " + seed));
        }
        Directories.delete(data);
    }

    private static void killTwice(RoutingRun run) throws Exception {
        run.killAtRandom();
        run.killAtRandom();
        run.complete();
    }

    private void run(Victim victim, Path data, int kills) throws Exception {
        long start = System.nanoTime();
        try (RoutingRun run = new RoutingRun(victim, seed)) {
            List<StorePoint> points = points();
            for (int i = 0; run.kills() < kills; i++) {
                if (i % 3 == 0) {
                    run.killAtRandom();
                } else {
                    run.killAt(points.get((i - i / 3 - 1) % points.size()));
                }
                System.out.println(seconds(start) + run);
            }
            run.complete();
            System.out.println(seconds(start) + run + ", seed " + seed);
            assertTrue(
                    "every point is passed: " + run.hits(),
                    kills < ENOUGH_FOR_ALL || run.hits().size() == points.size());
        }
        Directories.delete(data);
    }

    private static String seconds(long start) {
        return (System.nanoTime() - start) / 1_000_000_000 + " s: ";
    }

    private List<StorePoint> points() {
        List<StorePoint> points = new ArrayList<>(List.of(StorePoint.values()));
        Collections.shuffle(points, new Random(seed));
        return points;
    }
}
