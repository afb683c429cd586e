// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import io.amphora.mqtt.spi.PublishHandler;
import io.amphora.mqtt.spi.Publisher;
import io.amphora.transfer.core.export.ExportPool;
import io.amphora.transfer.core.export.Exporters;
import io.amphora.transfer.core.export.NamedThreads;
import io.amphora.transfer.core.spool.Spool;
import io.amphora.transfer.core.transfer.TransferCounters;
import io.amphora.transfer.core.transfer.Transfers;
import io.amphora.transfer.spi.ExporterStatus;
import io.amphora.transfer.spi.TransferCatalog;
import io.amphora.transfer.spi.TransferStatistics;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** File transfer put together from its parts: spool, strands, exports, collection. Thread-safe. */
final class FileTransfer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FileTransfer.class);

    private static final long STRANDS_TIMEOUT_SECONDS = 10;
    private static final Duration CATALOG_PAUSE = Duration.ofSeconds(1);

    private final Spool spool;
    private final ExportPool exports;
    private final ExecutorService strands;
    private final CatalogWriter catalogs;
    private final Collector collector;
    private final Transfers transfers;
    private final FileTransferHandler handler;
    private final TransferStatistics statistics;

    /**
     * Opens the spool and goes on with what was interrupted, in the background.
     *
     * @throws IOException if the spool cannot be opened
     */
    FileTransfer(
            FileTransferSettings settings,
            Exporters exporters,
            Optional<TransferCatalog> catalog,
            Publisher publisher,
            Clock clock)
            throws IOException {
        spool = Spool.open(settings.root(), settings.durability(), settings.spool(), clock);
        exporters.remember(settings.root().resolve("exporters"));
        exports = new ExportPool(exporters, settings.exports(), clock);
        strands = Executors.newFixedThreadPool(settings.ioThreads(), NamedThreads.of("amphora-transfer"));
        catalogs = new CatalogWriter(catalog, CATALOG_PAUSE);
        TransferCounters counters = new TransferCounters();
        transfers = new Transfers(spool, exports, catalogs, settings.transfers(), strands, clock, counters);
        statistics = new Statistics(spool, transfers, counters);
        ExpiredFiles expired = new ExpiredFiles(catalogs, exporters, transfers, clock, counters);
        collector = new Collector(transfers, expired, settings.collectInterval());
        handler = new FileTransferHandler(transfers, new ResponsePublisher(publisher), counters);
        catalogs.start(transfers::catalogued);
        collector.start();
    }

    /** Takes commands. */
    PublishHandler handler() {
        return handler;
    }

    /** What it holds and has done. */
    TransferStatistics statistics() {
        return statistics;
    }

    /** The catalog has come, changed or gone. */
    void use(Optional<TransferCatalog> catalog) {
        catalogs.use(catalog);
    }

    /** How the exporters are. */
    List<ExporterStatus> statuses() {
        return exports.statuses();
    }

    /** For tests and measurements. */
    Collector collector() {
        return collector;
    }

    /** For tests and measurements. */
    Transfers transfers() {
        return transfers;
    }

    /** For tests and measurements. */
    Spool spool() {
        return spool;
    }

    /** Ends what runs, in the order in which one part needs the other. What is left is in the spool. */
    @Override
    public void close() {
        if (strands.isShutdown()) {
            return;
        }
        collector.close();
        exports.close();
        transfers.stop();
        try {
            catalogs.close();
            strands.shutdown();
            if (!strands.awaitTermination(STRANDS_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("Closed the spool while segments were being written; they were not acknowledged");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        spool.close();
    }
}
