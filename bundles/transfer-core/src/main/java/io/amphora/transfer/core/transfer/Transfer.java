// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.Printable;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.TransferView;
import io.amphora.transfer.core.command.FileCommand.Finish;
import io.amphora.transfer.core.command.Outcome;
import io.amphora.transfer.core.command.Reason;
import io.amphora.transfer.core.export.EarlyDelivery;
import io.amphora.transfer.core.export.ExportPool;
import io.amphora.transfer.core.spool.ClientSpace;
import io.amphora.transfer.core.spool.JournalEntry.Exported;
import io.amphora.transfer.core.spool.JournalEntry.FinAccepted;
import io.amphora.transfer.core.spool.Spool;
import io.amphora.transfer.core.spool.SpoolEntry;
import io.amphora.transfer.spi.Delivery;
import io.amphora.transfer.spi.EarlyRequest;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transfer: its state, and the steps that lead from one to the next. {@link TransferStrand} brings it the commands.
 * Confined to the transfer's strand.
 */
final class Transfer {

    private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);

    private static final int STATUS_RANGES = 1_000;

    private final TransferId id;
    private final Spool spool;
    private final ExportPool exports;
    private final Deliveries deliveries;
    private final RateLimit rates;
    private final TransferSettings settings;
    private final Clock clock;
    private final TransferCounters counters;
    private final TransferStrand strand;
    private TransferState state;

    Transfer(
            TransferId id,
            Spool spool,
            ExportPool exports,
            Deliveries deliveries,
            RateLimit rates,
            TransferSettings settings,
            Clock clock,
            TransferCounters counters,
            TransferStrand strand) {
        this.id = id;
        this.spool = spool;
        this.exports = exports;
        this.deliveries = deliveries;
        this.rates = rates;
        this.settings = settings;
        this.clock = clock;
        this.counters = counters;
        this.strand = strand;
        this.state = new Unknown(this);
    }

    TransferState state() {
        return state;
    }

    TransferSettings settings() {
        return settings;
    }

    ClientSpace space() {
        return spool.space().of(id.clientId());
    }

    /** Takes up what the spool knows of the transfer. A delivery that was begun goes on. */
    void load() throws IOException {
        Optional<SpoolEntry> found = spool.find(id);
        if (found.isEmpty()) {
            deliveries.find(id).ifPresent(delivery -> become(new Finished(this, delivery, Optional.empty())));
            return;
        }
        SpoolEntry entry = found.get();
        if (entry.delivery().isPresent()) {
            become(new Finished(this, entry.delivery().get(), found));
        } else if (entry.isAborted()) {
            discard(entry);
        } else if (entry.isExporting()) {
            LOG.info("Resumed the delivery of {}", id);
            export(entry, early(entry), entry.lastWritten().toInstant(), Optional.empty());
        } else {
            become(entry.fin().isPresent() ? new PartlyExported(this, entry) : receiving(entry));
        }
    }

    private Receiving receiving(SpoolEntry entry) {
        return new Receiving(this, entry, early(entry));
    }

    /** What exporters begin of the file before its fin; nothing yet. */
    EarlyDelivery early(SpoolEntry entry) {
        return exports.early(new EarlyRequest(id, entry.meta(), entry.dataPath()));
    }

    private void become(TransferState next) {
        state = next;
    }

    Outcome begin(FileMeta meta) throws IOException {
        if (meta.size().orElse(0) > settings.maximumFileSize()) {
            return tooLarge();
        }
        if (!space().hasRoomForTransfer()) {
            return Outcome.full("the client has too many unfinished transfers, finish or abort some");
        }
        long bytes = Spool.bytesOfBeginning(id, meta);
        Optional<Outcome> noRoom = noRoom(bytes);
        if (noRoom.isPresent()) {
            return noRoom.get();
        }
        try {
            become(receiving(spool.create(id, meta)));
        } finally {
            space().release(bytes); // what was really written is counted by the spool
        }
        LOG.debug("Began {}: {}", id, new Printable(meta.toString()));
        return Outcome.SUCCESS;
    }

    /** Reserves room for as many bytes; if there is none, says so. */
    Optional<Outcome> noRoom(long bytes) {
        return switch (space().reserve(bytes)) {
            case ENOUGH -> Optional.empty();
            case CLIENT_FULL ->
                Optional.of(Outcome.full("the client's unfinished transfers are too large, finish or abort some"));
            case SPOOL_FULL -> Optional.of(Outcome.full("the spool is full"));
        };
    }

    /** Why a client that has just sent so many bytes has to wait, if it has. */
    Optional<Outcome> tooFast(int bytes) {
        return rates.take(id.clientId(), bytes)
                .map(pause -> Outcome.comeBack("faster than the client may send", pause));
    }

    Outcome tooLarge() {
        return Outcome.of(
                Reason.FILE_TOO_LARGE, "the server takes files of up to " + settings.maximumFileSize() + " bytes");
    }

    /** Init of a transfer that has begun: harmless if it says the same. */
    Outcome repeatedInit(SpoolEntry entry, FileMeta meta) throws IOException {
        if (!meta.equals(entry.meta())) {
            return Outcome.of(
                    Reason.FILEMETA_CONFLICT, "the transfer was begun with other metadata and goes on as it was");
        }
        entry.touch(FileTime.from(clock.instant()));
        return Outcome.SUCCESS;
    }

    /** What is wrong with a fin for a file that was accepted already, if it does not ask for the same. */
    Optional<Outcome> contradiction(Finish command, long size, Sha256 sha256) {
        if (command.size() != size) {
            return Optional.of(
                    Outcome.of(Reason.FILEMETA_CONFLICT, "an earlier fin ended the file at " + size + " bytes"));
        }
        boolean sameContent = command.checksum().map(sha256::equals).orElse(true);
        return sameContent
                ? Optional.empty()
                : Optional.of(Outcome.of(Reason.CHECKSUM_MISMATCH, "the file's bytes have the SHA-256 " + sha256));
    }

    Outcome statusOf(SpoolEntry entry, TransferView.State name) {
        OptionalLong size = entry.fin().isPresent()
                ? OptionalLong.of(entry.fin().get().size())
                : entry.meta().size();
        return Outcome.status(new TransferView(id, name, size, entry.received(STATUS_RANGES)));
    }

    /** Hands the file of a fin to the exporters, and what they have begun of it. */
    void export(SpoolEntry entry, EarlyDelivery early, Reply reply) {
        export(entry, early, clock.instant(), Optional.of(reply));
    }

    private void export(SpoolEntry entry, EarlyDelivery early, Instant since, Optional<Reply> reply) {
        Exporting exporting = new Exporting(this, entry);
        reply.ifPresent(exporting::await);
        become(exporting);
        ExportRequest request = new ExportRequest(id, entry.meta(), entry.spooledFile());
        var done = entry.exported().stream().map(Exported::exporter).collect(Collectors.toUnmodifiableSet());
        exporting.started(exports.submit(request, since, done, early, new ExportProgress(strand, this, exporting)));
    }

    /** The client has no need to wait any longer; the exporters that are not required go on. */
    void sufficient(Exporting exporting, List<ExportedFile> files) throws IOException {
        SpoolEntry entry = exporting.entry();
        for (ExportedFile file : files) {
            entry.noteExported(file.exporter(), file.location());
        }
        FinAccepted fin = entry.fin().orElseThrow();
        deliveries.remember(
                new Delivery(id, entry.meta(), fin.size(), fin.sha256(), clock.instant(), files(entry, fin)));
        exporting.suffice();
    }

    private List<ExportedFile> files(SpoolEntry entry, FinAccepted fin) {
        return entry.exported().stream()
                .map(one -> new ExportedFile(id, one.exporter(), one.location(), fin.size(), fin.sha256()))
                .toList();
    }

    /** Every exporter has the file. That the journal cannot be written must not make the client send it again. */
    void delivered(Exporting exporting, List<ExportedFile> files) {
        if (exporting.isAborted()) {
            aborted(exporting);
            return;
        }
        SpoolEntry entry = exporting.entry();
        FinAccepted fin = entry.fin().orElseThrow();
        Instant now = clock.instant();
        Delivery delivery = new Delivery(id, entry.meta(), fin.size(), fin.sha256(), now, files);
        try {
            entry.deliver(files, now);
            delivery = entry.delivery().orElseThrow();
            deliveries.remember(delivery);
        } catch (IOException e) {
            LOG.warn("Delivered {}, but could not note it; it will be delivered anew after a restart", id, e);
        }
        LOG.info("Delivered {}: {} bytes, SHA-256 {}", id, fin.size(), fin.sha256());
        counters.delivered(fin.size());
        become(new Finished(this, delivery, Optional.of(entry)));
        exporting.answerAll(Outcome.SUCCESS);
    }

    /** The catalog has the delivery: the journal is not needed any more. */
    void catalogued() throws IOException {
        if (state instanceof Finished finished && finished.entry().isPresent()) {
            finished.entry().get().delete();
            become(new Finished(this, finished.delivery(), Optional.empty()));
        }
    }

    /** The delivered file has been deleted: the transfer is unknown from then on. */
    void forgotten() {
        if (state instanceof Finished finished && finished.entry().isEmpty()) {
            become(new Unknown(this));
        }
    }

    /** The delivery was given up: the client may fin again, and change the file unless an exporter has it. */
    void exportFailed(Exporting exporting, Outcome outcome) {
        if (exporting.isAborted()) {
            aborted(exporting);
            return;
        }
        SpoolEntry entry = exporting.entry();
        try {
            entry.failFin();
            become(entry.fin().isPresent() ? new PartlyExported(this, entry) : receiving(entry));
        } catch (IOException e) {
            LOG.warn("Failed to note the end of the delivery of {}; it stays as it is", id, e);
            become(new PartlyExported(this, entry));
        }
        exporting.answer(outcome);
        exporting.later().forEach(fin -> strand.carryOutAgain(fin.command(), fin.reply()));
    }

    /** File transfer is being stopped: an export that has not ended is done by the next start. */
    void stop() {
        if (state instanceof Exporting exporting) {
            exporting.answerAll(Outcome.of(
                    Reason.INTERNAL_ERROR, "file transfer is being restarted, and delivers the file then: fin again"));
        }
        strand.refuseHeld(Transfers.RESTARTING);
    }

    private void aborted(Exporting exporting) {
        try {
            discard(exporting.entry());
        } catch (IOException e) {
            LOG.warn("Failed to delete the aborted transfer {}", id, e);
            become(new Unknown(this));
        }
        strand.releaseCommands();
    }

    void holdCommands() {
        strand.holdCommands();
    }

    /** Deletes what was stored: the transfer is unknown from then on. */
    void discard(SpoolEntry entry) throws IOException {
        entry.delete();
        become(new Unknown(this));
        LOG.debug("Discarded {}", id);
    }

    /** Discards a transfer that was idle for longer than its time to live; says whether it was. */
    boolean expire(SpoolEntry entry, Instant now) throws IOException {
        FileTime oldest =
                FileTime.from(now.minus(settings.timeToLive(entry.meta().segmentsTtl())));
        boolean expired = entry.isIdleSince(oldest);
        if (expired) {
            boolean finished = entry.delivery().isPresent();
            discard(entry);
            if (!finished) {
                counters.collected();
                LOG.info("Collected {}: nothing had come for its time to live", id);
            }
        }
        return expired;
    }

    /** A delivery that only the journal tells of: the catalog is asked once more, and without one it is forgotten. */
    void expireDelivered(SpoolEntry entry, Delivery delivery, Instant now) throws IOException {
        if (deliveries.isCatalogPresent()) {
            deliveries.remember(delivery);
        } else {
            expire(entry, now);
        }
    }

    /** The one place where a failing disk is logged and becomes an answer. */
    Outcome failure(String action, IOException cause) {
        if (cause instanceof CatalogUnavailableException) {
            LOG.debug("Failed to {} of {}", action, id, cause);
            return Outcome.of(Reason.INTERNAL_ERROR, "the catalog cannot be asked: send this again in some seconds");
        }
        if (spool.isDiskFull(cause)) {
            return Outcome.full("the server's disk is full");
        }
        LOG.warn("Failed to {} of {}", action, id, cause);
        return Outcome.of(Reason.INTERNAL_ERROR, "the server could not " + action + ": send this again");
    }
}
