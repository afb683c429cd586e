// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Bounds the bytes per second of each client, by a bucket that one second fills. A segment is let through as long as the
 * bucket is not empty and may leave it in debt, so that segments larger than the bucket pass as well. Thread-safe.
 */
final class RateLimit {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private record Bucket(double bytes, long since) {}

    private final long bytesPerSecond;
    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<String, Bucket> buckets = new ConcurrentHashMap<>();

    RateLimit(long bytesPerSecond, LongSupplier nanoTime) {
        this.bytesPerSecond = bytesPerSecond;
        this.nanoTime = nanoTime;
    }

    /** Takes bytes; if the client is too fast, nothing is taken and the time to wait is returned. */
    Optional<Duration> take(String clientId, int bytes) {
        if (bytesPerSecond == Long.MAX_VALUE) {
            return Optional.empty();
        }
        long now = nanoTime.getAsLong();
        double[] before = new double[1];
        buckets.compute(clientId, (id, bucket) -> {
            before[0] = bucket == null ? bytesPerSecond : content(bucket, now);
            return new Bucket(before[0] > 0 ? before[0] - bytes : before[0], now);
        });
        return before[0] > 0
                ? Optional.empty()
                : Optional.of(Duration.ofMillis((long) Math.ceil(-before[0] * 1_000 / bytesPerSecond) + 1));
    }

    /** Forgets clients whose bucket is full again. */
    void sweep() {
        long now = nanoTime.getAsLong();
        buckets.values().removeIf(bucket -> content(bucket, now) >= bytesPerSecond);
    }

    private double content(Bucket bucket, long now) {
        return Math.min(
                (double) bytesPerSecond, bucket.bytes() + (double) (now - bucket.since()) * bytesPerSecond / SECOND);
    }
}
