// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferView;
import io.amphora.transfer.core.command.FileCommand.Finish;
import io.amphora.transfer.core.command.Outcome;
import io.amphora.transfer.core.command.Reason;
import io.amphora.transfer.core.export.ExportJob;
import io.amphora.transfer.core.spool.JournalEntry.FinAccepted;
import io.amphora.transfer.core.spool.SpoolEntry;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A fin was accepted; the file is on its way to the exporters. Whoever asks meanwhile waits for the one result. */
final class Exporting implements TransferState {

    private final Transfer transfer;
    private final SpoolEntry entry;
    private final List<Reply> waiting = new ArrayList<>();
    private Optional<ExportJob> job = Optional.empty();
    private final List<Later> later = new ArrayList<>();
    private boolean aborted;
    private boolean timedOut;

    /** A fin that came after its forerunner was told that the time is up: it is due a try of its own. */
    record Later(Finish command, Reply reply) {}

    Exporting(Transfer transfer, SpoolEntry entry) {
        this.transfer = transfer;
        this.entry = entry;
    }

    void started(ExportJob started) {
        job = Optional.of(started);
    }

    SpoolEntry entry() {
        return entry;
    }

    /** Whether the client has given the file up while it was on its way. */
    boolean isAborted() {
        return aborted;
    }

    /** Lets a client wait for the result. */
    void await(Reply reply) {
        waiting.add(reply);
        reply.accepted();
    }

    /** Tells everybody who waits that the time is up, though the export has not returned yet. */
    void timeOut() {
        timedOut = true;
        answer(Outcome.of(Reason.TIMEOUT, "the file could not be delivered in time: fin again"));
    }

    /** The fins that are due a try of their own after this one has failed. */
    List<Later> later() {
        return List.copyOf(later);
    }

    /** Tells everybody who waits. */
    void answer(Outcome outcome) {
        waiting.forEach(reply -> reply.end(outcome));
        waiting.clear();
    }

    /** Tells everybody, those too who were due a try of their own. */
    void answerAll(Outcome outcome) {
        answer(outcome);
        later.forEach(one -> one.reply().end(outcome));
        later.clear();
    }

    @Override
    public Outcome init(FileMeta meta) throws IOException {
        return transfer.repeatedInit(entry, meta);
    }

    @Override
    public void store(List<SegmentTask> segments) {
        FrozenSegments.answer(transfer, entry, segments);
    }

    @Override
    public void finish(Finish command, Reply reply) {
        FinAccepted fin = entry.fin().orElseThrow();
        Optional<Outcome> contradiction = transfer.contradiction(command, fin.size(), fin.sha256());
        if (contradiction.isPresent()) {
            reply.end(contradiction.get());
        } else if (timedOut) {
            later.add(new Later(command, reply));
            reply.accepted();
        } else {
            await(reply);
        }
    }

    /**
     * Interrupts the export. Later commands wait until it has returned, and then find an unknown transfer. If the last
     * exporter has the file already, the transfer is as good as finished and nothing happens.
     */
    @Override
    public Outcome abort() throws IOException {
        if (!aborted && job.map(ExportJob::cancel).orElse(false)) {
            aborted = true;
            transfer.holdCommands();
            try {
                entry.abort(); // or a restart before the export returns would resume it
            } finally {
                answerAll(Outcome.of(Reason.ABORTED, "the transfer was aborted"));
            }
        }
        return Outcome.SUCCESS;
    }

    @Override
    public Outcome status() {
        return transfer.statusOf(entry, TransferView.State.EXPORTING);
    }

    @Override
    public void expire(Instant now) {}

    @Override
    public boolean isIdle() {
        return false;
    }

    @Override
    public void close() {
        entry.close();
    }
}
