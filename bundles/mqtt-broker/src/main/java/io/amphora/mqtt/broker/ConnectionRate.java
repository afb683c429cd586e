// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Bounds how many connections one address may begin in a second. Thread-safe. */
final class ConnectionRate {

    private static final long SWEEP = TimeUnit.SECONDS.toNanos(10);

    private final Supplier<Rates> rates;
    private final LongSupplier clock;
    private final ConcurrentHashMap<InetAddress, TokenBucket> buckets = new ConcurrentHashMap<>();
    private final AtomicLong swept;

    ConnectionRate(Supplier<Rates> rates, LongSupplier clock) {
        this.rates = rates;
        this.clock = clock;
        this.swept = new AtomicLong(clock.getAsLong());
    }

    /** Whether another connection of this address is within its rate. */
    boolean admits(SocketAddress peer) {
        int perSecond = rates.get().connections();
        if (perSecond == 0 || !(peer instanceof InetSocketAddress address) || address.isUnresolved()) {
            return true;
        }
        long now = clock.getAsLong();
        sweep(perSecond, now);
        boolean[] admitted = new boolean[1];
        buckets.compute(address.getAddress(), (key, known) -> {
            TokenBucket bucket = known == null ? new TokenBucket(perSecond - 1L, now) : known;
            admitted[0] = bucket.tryTake(1, perSecond, now);
            return bucket;
        });
        return admitted[0];
    }

    /** Forgets who has not come for a while. */
    private void sweep(int perSecond, long now) {
        long last = swept.get();
        if (now - last > SWEEP && swept.compareAndSet(last, now)) {
            for (InetAddress address : buckets.keySet()) {
                buckets.computeIfPresent(address, (key, bucket) -> bucket.isFull(perSecond, now) ? null : bucket);
            }
        }
    }

    int size() {
        return buckets.size();
    }
}
