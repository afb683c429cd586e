// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import io.amphora.transfer.core.command.Outcome;
import io.amphora.transfer.core.export.ExportListener;
import io.amphora.transfer.spi.ExportedFile;
import java.util.List;

/** Brings what happens on export threads back to the transfer's strand. Thread-safe. */
record ExportProgress(TransferStrand strand, Transfer transfer, Exporting exporting) implements ExportListener {

    @Override
    public void exported(ExportedFile file) {
        strand.execute(() -> exporting.entry().noteExported(file.exporter(), file.location()));
    }

    @Override
    public void sufficient(List<ExportedFile> files) {
        strand.execute(() -> transfer.sufficient(exporting, files));
    }

    @Override
    public void delivered(List<ExportedFile> files) {
        strand.execute(() -> transfer.delivered(exporting, files));
    }

    @Override
    public void timedOut() {
        strand.execute(exporting::timeOut);
    }

    @Override
    public void failed(Outcome outcome) {
        strand.execute(() -> transfer.exportFailed(exporting, outcome));
    }
}
