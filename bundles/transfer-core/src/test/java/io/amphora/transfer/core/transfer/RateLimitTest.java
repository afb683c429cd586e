// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.Test;

public class RateLimitTest {

    private long millis = -5_000; // nanoTime may be negative
    private final RateLimit limit = new RateLimit(1_000, () -> TimeUnit.MILLISECONDS.toNanos(millis));

    @Test
    public void aSecondsWorthPassesAtOnce() {
        for (int i = 0; i < 10; i++) {
            assertEquals(Optional.empty(), limit.take("c", 100));
        }
        assertTrue(limit.take("c", 100).isPresent());
    }

    @Test
    public void whoWaitsForAsLongAsToldMayGoOnAndWhoComesEarlierMayNot() {
        assertEquals(Optional.empty(), limit.take("c", 3_000));
        Duration pause = limit.take("c", 100).orElseThrow();
        assertEquals(Duration.ofMillis(2_001), pause);
        millis += 1_999;
        assertTrue(limit.take("c", 100).isPresent());
        millis += 2;
        assertEquals(Optional.empty(), limit.take("c", 100));
    }

    @Test
    public void whatWasRefusedIsNotCounted() {
        assertEquals(Optional.empty(), limit.take("c", 2_000));
        for (int i = 0; i < 100; i++) {
            assertTrue(limit.take("c", 1_000_000).isPresent());
        }
        millis += 1_001;
        assertEquals(Optional.empty(), limit.take("c", 100));
    }

    @Test
    public void overTimeNoMorePassesThanMay() {
        long passed = 0;
        for (int i = 0; i < 60_000; i++) {
            millis++;
            passed += limit.take("c", 7).isEmpty() ? 7 : 0;
        }
        assertTrue("passed " + passed, passed >= 59_000 && passed <= 61_007);
    }

    @Test
    public void oneClientIsNotSlowedDownByAnother() {
        limit.take("greedy", 1_000_000);
        assertEquals(Optional.empty(), limit.take("modest", 10));
    }

    @Test
    public void sweepingForgetsNobodyWhoIsInDebt() {
        limit.take("c", 5_000);
        millis += 1_000;
        limit.sweep();
        assertTrue(limit.take("c", 1).isPresent());
        millis += 10_000;
        limit.sweep();
        assertEquals(Optional.empty(), limit.take("c", 1));
    }
}
