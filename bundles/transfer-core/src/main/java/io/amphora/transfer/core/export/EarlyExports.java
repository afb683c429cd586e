// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.export;

import io.amphora.transfer.spi.EarlyRequest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Deliveries of files that are still being received, on threads of their own, so that no fin waits behind them. There is
 * a bound on how many there are at once; files beyond it are delivered after their fin as small ones are. Thread-safe.
 */
final class EarlyExports implements AutoCloseable {

    private static final int MAX_BEGUN = 1_000;

    private final Exporters exporters;
    private final long threshold;
    private final ExecutorService threads;
    private final Set<EarlyDelivery> begun = ConcurrentHashMap.newKeySet();

    /** @param threshold bytes of the largest file that is not begun early */
    EarlyExports(Exporters exporters, int threadCount, long threshold) {
        this.exporters = exporters;
        this.threshold = threshold;
        this.threads = Executors.newFixedThreadPool(threadCount, NamedThreads.of("amphora-early-export"));
    }

    EarlyDelivery of(EarlyRequest request) {
        return new EarlyDelivery(request, this);
    }

    Exporters exporters() {
        return exporters;
    }

    long threshold() {
        return threshold;
    }

    void execute(Runnable task) {
        threads.execute(task);
    }

    boolean admit(EarlyDelivery delivery) {
        return begun.size() < MAX_BEGUN && begun.add(delivery);
    }

    void leave(EarlyDelivery delivery) {
        begun.remove(delivery);
    }

    /** Ends what was begun by exporters that have gone. */
    void sweep() {
        begun.forEach(EarlyDelivery::dropGone);
    }

    /** Interrupts what runs; what was begun is found by its exporters after the next start. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
