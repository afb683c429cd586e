// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.Delivery;
import io.amphora.transfer.spi.TransferCatalog;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A catalog that forgets with the test; can be made to fail or to keep those waiting who look something up. Thread-safe. */
final class MemoryCatalog implements TransferCatalog {

    final Map<TransferId, Delivery> deliveries = new ConcurrentHashMap<>();
    volatile CountDownLatch gate = new CountDownLatch(0);
    volatile boolean failing;
    volatile boolean unreachable;

    /** Those who are looking something up. */
    final AtomicInteger asking = new AtomicInteger();

    @Override
    public void add(Collection<Delivery> added) throws IOException {
        if (failing) {
            throw new IOException("told to fail");
        }
        added.forEach(delivery -> deliveries.put(delivery.id(), delivery));
    }

    @Override
    public Optional<Delivery> find(TransferId id) throws IOException {
        asking.incrementAndGet();
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            asking.decrementAndGet();
        }
        if (unreachable) {
            throw new IOException("told to fail");
        }
        return Optional.ofNullable(deliveries.get(id));
    }

    @Override
    public void remove(TransferId id) {
        deliveries.remove(id);
    }

    @Override
    public Page list(Query query, Optional<String> cursor, int limit) {
        throw new UnsupportedOperationException("nobody lists here");
    }

    @Override
    public List<Delivery> expired(Instant now, int limit) {
        return deliveries.values().stream()
                .filter(delivery -> delivery.meta().expireAt().orElse(Long.MAX_VALUE) < now.getEpochSecond())
                .limit(limit)
                .toList();
    }

    @Override
    public long count() {
        return deliveries.size();
    }
}
