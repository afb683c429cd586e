// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import io.amphora.transfer.core.spool.Spool;
import io.amphora.transfer.core.transfer.TransferCounters;
import io.amphora.transfer.core.transfer.Transfers;
import io.amphora.transfer.spi.TransferStatistics;
import java.util.List;

/** Reads the figures where they are kept. Thread-safe. */
record Statistics(Spool spool, Transfers transfers, TransferCounters counters) implements TransferStatistics {

    @Override
    public Holdings holdings() {
        return new Holdings(
                spool.isCounted(),
                spool.space().used(),
                spool.space().transfers(),
                spool.space().clients(),
                transfers.residentCount(),
                spool.openFiles());
    }

    @Override
    public Totals totals() {
        return counters.totals(spool.leftoversRemoved());
    }

    @Override
    public List<CommandCount> commands() {
        return counters.commands();
    }
}
