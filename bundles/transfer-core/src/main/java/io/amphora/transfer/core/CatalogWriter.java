// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import io.amphora.transfer.TransferId;
import io.amphora.transfer.core.export.NamedThreads;
import io.amphora.transfer.core.transfer.Deliveries;
import io.amphora.transfer.spi.Delivery;
import io.amphora.transfer.spi.TransferCatalog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings deliveries to the catalog, those that wait in one transaction, on a thread of its own. While the catalog cannot
 * be reached they wait here up to a bound, and beyond it in the spool, where the next look finds them. Thread-safe.
 */
final class CatalogWriter implements Deliveries, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogWriter.class);

    private static final int MAX_WAITING = 20_000;
    private static final int MAX_BATCH = 1_000;

    /** For how long the first of a batch waits for others: a transaction costs far more than a row of it. */
    private static final long GATHER_MILLIS = 250;

    private static final long CLOSE_MILLIS = 10_000;

    private static final Duration LOOKUP_PAUSE = Duration.ofSeconds(5);

    private final Duration retryPause;
    private final CatalogLookup lookup = new CatalogLookup(LOOKUP_PAUSE, System::nanoTime);
    private final BlockingQueue<Delivery> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
    private final Thread thread;
    private volatile Optional<TransferCatalog> catalog;
    private volatile Consumer<TransferId> whenCatalogued = id -> {};
    private volatile boolean closed;
    private boolean failing; // thread

    CatalogWriter(Optional<TransferCatalog> catalog, Duration retryPause) {
        this.catalog = catalog;
        this.retryPause = retryPause;
        this.thread = NamedThreads.of("amphora-catalog-writer").newThread(this::run);
    }

    /** Starts the thread; {@code done} is told of each delivery that the catalog has. */
    void start(Consumer<TransferId> done) {
        whenCatalogued = done;
        thread.start();
    }

    /** The catalog has come, changed or gone. */
    void use(Optional<TransferCatalog> next) {
        catalog = next;
    }

    Optional<TransferCatalog> catalog() {
        return catalog;
    }

    @Override
    public Optional<Delivery> find(TransferId id) throws IOException {
        Optional<TransferCatalog> present = catalog;
        return present.isPresent() ? lookup.find(present.get(), id) : Optional.empty();
    }

    @Override
    public boolean isCatalogPresent() {
        return catalog.isPresent();
    }

    @Override
    public void remember(Delivery delivery) {
        if (!waiting.offer(delivery)) {
            LOG.debug("Left the delivery of {} in the spool: too many wait for the catalog", delivery.id());
        }
    }

    private void run() {
        List<Delivery> batch = new ArrayList<>();
        try {
            while (!closed) {
                batch.add(waiting.take());
                TimeUnit.MILLISECONDS.sleep(GATHER_MILLIS);
                waiting.drainTo(batch, MAX_BATCH - 1);
                while (!closed && !write(batch)) {
                    TimeUnit.MILLISECONDS.sleep(retryPause.toMillis());
                }
                batch.clear();
            }
        } catch (InterruptedException e) {
            LOG.debug("Stopped; {} deliveries are catalogued after the next start", waiting.size() + batch.size());
        }
    }

    private boolean write(List<Delivery> batch) {
        Optional<TransferCatalog> present = catalog;
        if (present.isEmpty()) {
            return false;
        }
        try {
            present.get().add(batch);
        } catch (IOException e) {
            failed(batch.size(), e);
            return false;
        } catch (RuntimeException e) {
            LOG.error("Failed to catalogue {} deliveries by a mistake of the catalog", batch.size(), e);
            return false;
        }
        if (failing) {
            failing = false;
            LOG.info("Cataloguing deliveries again");
        }
        batch.forEach(delivery -> whenCatalogued.accept(delivery.id()));
        return true;
    }

    /** Logs the first of failures that follow one another. */
    private void failed(int deliveries, IOException cause) {
        if (!failing) {
            failing = true;
            LOG.warn(
                    "Failed to catalogue {} deliveries; they wait in the spool and are tried again", deliveries, cause);
        }
    }

    /** Ends the thread; a transaction that runs may go on for a moment. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
