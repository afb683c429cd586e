// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import io.amphora.transfer.TransferId;
import io.amphora.transfer.core.transfer.CatalogUnavailableException;
import io.amphora.transfer.spi.Delivery;
import io.amphora.transfer.spi.TransferCatalog;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Asks the catalog, and spares the threads of the spool from waiting for one that is down: after a failure nobody asks for
 * a while, and then one thread tries whether it is back. Thread-safe.
 */
final class CatalogLookup {

    private final long pauseNanos;
    private final LongSupplier nanoTime;
    private final AtomicBoolean trying = new AtomicBoolean();
    private volatile Optional<Failure> failure = Optional.empty();

    private record Failure(IOException cause, long at) {}

    CatalogLookup(Duration pause, LongSupplier nanoTime) {
        this.pauseNanos = pause.toNanos();
        this.nanoTime = nanoTime;
    }

    /**
     * The delivery of a transfer, if the catalog has it. May block.
     *
     * @throws CatalogUnavailableException at once, if an earlier question has failed and none has succeeded since
     * @throws IOException if this one fails
     */
    Optional<Delivery> find(TransferCatalog catalog, TransferId id) throws IOException {
        Optional<Failure> earlier = failure;
        if (earlier.isEmpty()) {
            return ask(catalog, id);
        }
        boolean due = nanoTime.getAsLong() - earlier.get().at() >= pauseNanos;
        if (!due || !trying.compareAndSet(false, true)) {
            throw new CatalogUnavailableException(earlier.get().cause());
        }
        try {
            return ask(catalog, id);
        } finally {
            trying.set(false);
        }
    }

    private Optional<Delivery> ask(TransferCatalog catalog, TransferId id) throws IOException {
        try {
            Optional<Delivery> found = catalog.find(id);
            failure = Optional.empty();
            return found;
        } catch (IOException e) {
            failure = Optional.of(new Failure(e, nanoTime.getAsLong()));
            throw e;
        }
    }
}
