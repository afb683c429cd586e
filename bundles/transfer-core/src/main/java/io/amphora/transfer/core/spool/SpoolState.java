// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import io.amphora.transfer.core.spool.JournalEntry.Aborted;
import io.amphora.transfer.core.spool.JournalEntry.Begun;
import io.amphora.transfer.core.spool.JournalEntry.Delivered;
import io.amphora.transfer.core.spool.JournalEntry.Exported;
import io.amphora.transfer.core.spool.JournalEntry.FinAccepted;
import io.amphora.transfer.core.spool.JournalEntry.FinFailed;
import io.amphora.transfer.core.spool.JournalEntry.Lost;
import io.amphora.transfer.core.spool.JournalEntry.Stored;
import io.amphora.transfer.spi.Delivery;
import io.amphora.transfer.spi.ExportedFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The fold over a journal: the same while a transfer runs and after a restart. Confined to the transfer's strand. */
final class SpoolState {

    private final ReceivedRanges ranges = new ReceivedRanges();
    private final List<Exported> exported = new ArrayList<>();
    private Optional<Begun> begun = Optional.empty();
    private Optional<FinAccepted> fin = Optional.empty();
    private boolean exporting;
    private boolean aborted;
    private Optional<Delivered> delivered = Optional.empty();

    /** Adds a fact; returns {@code true}, since every fact counts. */
    boolean apply(JournalEntry entry) {
        if (entry instanceof Stored stored) {
            ranges.add(stored.offset(), stored.end());
        } else if (entry instanceof Lost lost) {
            ranges.remove(lost.offset(), lost.end());
        } else if (entry instanceof Begun first) {
            begun = Optional.of(first);
        } else if (entry instanceof FinAccepted accepted) {
            fin = Optional.of(accepted);
            exporting = true;
        } else if (entry instanceof FinFailed) {
            fin = exported.isEmpty() ? Optional.empty() : fin; // what one exporter has must not change
            exporting = false;
        } else if (entry instanceof Aborted) {
            aborted = true;
        } else if (entry instanceof Exported one) {
            exported.add(one);
        } else if (entry instanceof Delivered last) {
            delivered = Optional.of(last);
        }
        return true;
    }

    Optional<Begun> begun() {
        return begun;
    }

    ReceivedRanges ranges() {
        return ranges;
    }

    /** The file that was accepted; from then on the data file is frozen. */
    Optional<FinAccepted> fin() {
        return fin;
    }

    /** Whether the delivery was begun and neither done nor given up. */
    boolean exporting() {
        return exporting && delivered.isEmpty();
    }

    /** Whether the client has given the file up. */
    boolean aborted() {
        return aborted;
    }

    List<Exported> exported() {
        return exported;
    }

    /** What every exporter got, once they have. */
    Optional<Delivery> delivery() {
        return delivered.map(last -> new Delivery(
                begun.orElseThrow().id(),
                begun.orElseThrow().meta(),
                fin.orElseThrow().size(),
                fin.orElseThrow().sha256(),
                Instant.ofEpochMilli(last.at()),
                exported.stream().map(this::exportedFile).toList()));
    }

    private ExportedFile exportedFile(Exported one) {
        FinAccepted accepted = fin.orElseThrow();
        return new ExportedFile(
                begun.orElseThrow().id(), one.exporter(), one.location(), accepted.size(), accepted.sha256());
    }
}
