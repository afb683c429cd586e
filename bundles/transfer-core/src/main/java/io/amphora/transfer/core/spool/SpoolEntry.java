// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.FileMeta;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.core.spool.JournalEntry.Aborted;
import io.amphora.transfer.core.spool.JournalEntry.Begun;
import io.amphora.transfer.core.spool.JournalEntry.Delivered;
import io.amphora.transfer.core.spool.JournalEntry.Exported;
import io.amphora.transfer.core.spool.JournalEntry.FinAccepted;
import io.amphora.transfer.core.spool.JournalEntry.FinFailed;
import io.amphora.transfer.core.spool.JournalEntry.Stored;
import io.amphora.transfer.core.spool.JournalEntry.Synced;
import io.amphora.transfer.spi.Delivery;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.SpooledFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One transfer's two files and what they say. Confined to the transfer's strand. */
public final class SpoolEntry {

    private final JournalFile journal;
    private final SpoolData data;
    private final ClientSpace space;
    private final Durability durability;
    private boolean deleted;

    SpoolEntry(JournalFile journal, SpoolData data, ClientSpace space, Durability durability) {
        this.journal = journal;
        this.data = data;
        this.space = space;
        this.durability = durability;
    }

    private SpoolState state() {
        return journal.state();
    }

    public TransferId id() {
        return begun().id();
    }

    public FileMeta meta() {
        return begun().meta();
    }

    private Begun begun() {
        return state().begun().orElseThrow(() -> new IllegalStateException("the journal is empty"));
    }

    /** The file that was accepted by a fin; while there is one the data file is frozen. */
    public Optional<FinAccepted> fin() {
        return state().fin();
    }

    /** Whether the delivery was begun and neither done nor given up. */
    public boolean isExporting() {
        return state().exporting();
    }

    /** Whether the client gave the file up while it was being delivered. */
    public boolean isAborted() {
        return state().aborted();
    }

    /** Exporters that have the file already. */
    public List<Exported> exported() {
        return List.copyOf(state().exported());
    }

    /** What every exporter got, once they have. */
    public Optional<Delivery> delivery() {
        return state().delivery();
    }

    /** Number of separate ranges held. */
    public int rangeCount() {
        return state().ranges().count();
    }

    /** Whether a segment would be one more separate range. */
    public boolean isApart(Segment segment) {
        return state().ranges().isApart(segment.offset(), segment.end());
    }

    /** The first ranges held, at most {@code limit}. */
    public List<ByteRange> received(int limit) {
        return state().ranges().first(limit);
    }

    /** The first ranges below {@code size} that are missing, at most {@code limit}. */
    public List<ByteRange> missing(long size, int limit) {
        return state().ranges().missing(size, limit);
    }

    /**
     * Stores segments, the later over the earlier. What is held already with the same bytes is not written again. When it
     * returns they are as durable as is configured.
     *
     * @throws IOException if any could not be stored; all of them that were not held before then count as missing
     */
    public void store(List<Segment> segments) throws IOException {
        List<Stored> stored = new ArrayList<>(segments.size());
        try {
            for (Segment segment : segments) {
                Segment fresh = withoutHeldPrefix(segment);
                if (fresh.bytes().hasRemaining()) {
                    stored.add(new Stored(
                            fresh.offset(),
                            fresh.bytes().remaining(),
                            TransferJournal.crc(fresh.bytes().duplicate())));
                    data.write(fresh);
                    space.add(state().ranges().add(fresh.offset(), fresh.end()));
                }
            }
            journal.append(synced(stored));
        } catch (IOException e) {
            stored.forEach(this::forget);
            throw e;
        }
        if (data.isWriteBackDue()) {
            settle();
            data.beginWriteBack();
        }
    }

    /** Waits for the sync in the background. What the disk refused counts as missing, all of it. */
    private void settle() throws IOException {
        try {
            data.settle();
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            long before = state().ranges().total();
            journal.append(List.of(new JournalEntry.Lost(0, Long.MAX_VALUE)));
            space.release(before - state().ranges().total());
            data.delete();
            throw e;
        }
    }

    /** Whether no sync in the background runs, or has failed and is still to be answered for. */
    public boolean isSettled() {
        return data.isSettled();
    }

    private List<JournalEntry> synced(List<Stored> stored) throws IOException {
        List<JournalEntry> entries = new ArrayList<>(stored);
        if (durability == Durability.FSYNC && !stored.isEmpty()) {
            data.sync();
            entries.add(new Synced());
        }
        return entries;
    }

    private Segment withoutHeldPrefix(Segment segment) throws IOException {
        long heldEnd = Math.min(state().ranges().runEnd(segment.offset()), segment.end());
        return heldEnd > segment.offset() && data.equals(segment, heldEnd) ? segment.from(heldEnd) : segment;
    }

    /** The bytes there may be neither the old nor the new ones, or the journal may not know them: they count as missing. */
    private void forget(Stored segment) {
        data.forgetDigestFrom(segment.offset());
        space.release(state().ranges().remove(segment.offset(), segment.end()));
    }

    /** Whether all bytes of the segment are held as they are. */
    public boolean holds(Segment segment) throws IOException {
        return state().ranges().covers(segment.offset(), segment.end()) && data.equals(segment, segment.end());
    }

    /** Whether bytes are held that follow on those that were digested. */
    public boolean isDigestBehind() {
        return state().ranges().contiguousEnd() > data.digested();
    }

    /** Digests up to {@code limit} bytes that arrived out of order. */
    public void catchUpDigest(long limit) throws IOException {
        data.catchUpDigest(state().ranges().contiguousEnd(), limit);
    }

    /** The digest of the first {@code size} bytes, which are all held. */
    public Sha256 digest(long size) throws IOException {
        return data.digest(size);
    }

    /**
     * Freezes the data file: it is complete and shall be delivered.
     *
     * @throws IOException also if the disk did not take all of it, which then counts as missing
     */
    public void acceptFin(long size, Sha256 sha256) throws IOException {
        settle();
        journal.append(List.of(new FinAccepted(size, sha256)));
    }

    /** The accepted file, for exporters. */
    public SpooledFile spooledFile() {
        FinAccepted fin = fin().orElseThrow(() -> new IllegalStateException("no fin was accepted"));
        return new SpooledFile(data.path(), fin.size(), fin.sha256());
    }

    /** Notes that one exporter has the file, once. */
    public void noteExported(String exporter, URI location) throws IOException {
        Exported exported = new Exported(exporter, location);
        if (!state().exported().contains(exported)) {
            journal.append(List.of(exported));
        }
    }

    /** Notes that the file shall be deleted as soon as nobody reads it any more, be it after a restart. */
    public void abort() throws IOException {
        journal.append(List.of(new Aborted()));
    }

    /** Gives the delivery up. If no exporter has the file it may change again, and shares its bytes with no other. */
    public void failFin() throws IOException {
        if (exported().isEmpty()) {
            data.separate();
        }
        journal.append(List.of(new FinFailed()));
    }

    /** Notes who has the file and that nobody else wants it, and drops the spool's name of it. */
    public void deliver(List<ExportedFile> files, Instant now) throws IOException {
        List<JournalEntry> facts = new ArrayList<>();
        for (ExportedFile file : files) {
            facts.add(new Exported(file.exporter(), file.location()));
        }
        facts.removeAll(state().exported());
        facts.add(new Delivered(now.toEpochMilli()));
        journal.append(facts);
        space.removeTransfer();
        dropData();
        journal.close();
    }

    private void dropData() throws IOException {
        data.delete();
        space.release(state().ranges().remove(0, Long.MAX_VALUE));
    }

    /** Reads back what was stored, after the machine had stopped, and notes what is lost. */
    void verify() throws IOException {
        JournalFile.History history = journal.readStored();
        List<JournalEntry> findings = new ArrayList<>(data.verify(history));
        if (!findings.isEmpty() && fin().isPresent()) {
            findings = new ArrayList<>(List.of(new JournalEntry.Lost(0, Long.MAX_VALUE), new FinFailed()));
            data.delete(); // an exporter may share its bytes
        }
        findings.add(new JournalEntry.Verified());
        long before = state().ranges().total();
        journal.append(findings);
        space.release(before - state().ranges().total());
    }

    /** Whether nothing was written since {@code time}. */
    public boolean isIdleSince(FileTime time) throws IOException {
        return journal.lastWritten().compareTo(time) < 0;
    }

    /** Makes the time to live begin anew. */
    public void touch(FileTime now) throws IOException {
        journal.touch(now);
    }

    /** Deletes both files: the transfer is unknown from then on. */
    public void delete() throws IOException {
        boolean unfinished = state().begun().isPresent() && delivery().isEmpty();
        journal.delete();
        if (unfinished && !deleted) {
            space.removeTransfer();
        }
        deleted = true;
        dropData();
    }

    /** Closes what is open. */
    public void close() {
        journal.close();
        data.close();
    }
}
