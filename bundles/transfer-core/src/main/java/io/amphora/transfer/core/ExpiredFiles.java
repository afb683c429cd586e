// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import io.amphora.transfer.Printable;
import io.amphora.transfer.core.export.Exporters;
import io.amphora.transfer.core.transfer.TransferCounters;
import io.amphora.transfer.core.transfer.Transfers;
import io.amphora.transfer.spi.Delivery;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.Exporter;
import io.amphora.transfer.spi.TransferCatalog;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes delivered files whose {@code expire_at} has passed, wherever they were delivered to, and then forgets them. Where
 * an exporter is not there, or fails, the file is looked at again the next time. Confined to the collector's thread.
 */
final class ExpiredFiles {

    private static final Logger LOG = LoggerFactory.getLogger(ExpiredFiles.class);

    private static final int AT_ONCE = 1_000;

    private final CatalogWriter catalogs;
    private final Exporters exporters;
    private final Transfers transfers;
    private final Clock clock;
    private final TransferCounters counters;

    ExpiredFiles(
            CatalogWriter catalogs, Exporters exporters, Transfers transfers, Clock clock, TransferCounters counters) {
        this.catalogs = catalogs;
        this.exporters = exporters;
        this.transfers = transfers;
        this.clock = clock;
        this.counters = counters;
    }

    void collect() throws IOException {
        Optional<TransferCatalog> catalog = catalogs.catalog();
        if (catalog.isEmpty()) {
            return;
        }
        int deleted = AT_ONCE;
        while (deleted == AT_ONCE) {
            deleted = 0;
            List<Delivery> expired = catalog.get().expired(clock.instant(), AT_ONCE);
            for (Delivery delivery : expired) {
                if (delete(delivery)) {
                    catalog.get().remove(delivery.id());
                    transfers.forgotten(delivery.id());
                    deleted++;
                }
            }
        }
    }

    private boolean delete(Delivery delivery) {
        boolean all = true;
        for (ExportedFile file : delivery.exports()) {
            all &= delete(file);
        }
        return all;
    }

    private boolean delete(ExportedFile file) {
        Optional<Exporter> exporter = exporters.named(file.exporter());
        if (exporter.isEmpty()) {
            LOG.warn("Left the expired {}: there is no exporter {}", location(file), file.exporter());
            return false;
        }
        try {
            exporter.get().delete(file);
            counters.expired();
            LOG.info("Deleted {}, which had expired", location(file));
            return true;
        } catch (IOException e) {
            LOG.warn("Failed to delete the expired {}", location(file), e);
            return false;
        }
    }

    private static Printable location(ExportedFile file) {
        return new Printable(file.location().toString());
    }
}
