// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferView;
import io.amphora.transfer.core.command.FileCommand.Finish;
import io.amphora.transfer.core.command.Outcome;
import io.amphora.transfer.core.spool.SpoolEntry;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A fin has failed, but one exporter has the file: its bytes stay as they are, and only fin or abort moves on. */
record PartlyExported(Transfer transfer, SpoolEntry entry) implements TransferState {

    @Override
    public Outcome init(FileMeta meta) throws IOException {
        return transfer.repeatedInit(entry, meta);
    }

    @Override
    public void store(List<SegmentTask> segments) {
        FrozenSegments.answer(transfer, entry, segments);
    }

    @Override
    public void finish(Finish command, Reply reply) throws IOException {
        var fin = entry.fin().orElseThrow();
        Optional<Outcome> contradiction = transfer.contradiction(command, fin.size(), fin.sha256());
        if (contradiction.isPresent()) {
            reply.end(contradiction.get());
            return;
        }
        entry.acceptFin(fin.size(), fin.sha256());
        transfer.export(entry, transfer.early(entry), reply);
    }

    @Override
    public Outcome abort() throws IOException {
        transfer.discard(entry);
        return Outcome.SUCCESS;
    }

    @Override
    public Outcome status() {
        return transfer.statusOf(entry, TransferView.State.EXPORTING);
    }

    @Override
    public void expire(Instant now) throws IOException {
        transfer.expire(entry, now);
    }

    @Override
    public boolean isIdle() {
        return true;
    }

    @Override
    public void close() {
        entry.close();
    }
}
