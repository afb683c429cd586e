// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.core.spool.JournalEntry.Begun;
import io.amphora.transfer.spi.Delivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.Optional;

/**
 * The place where unfinished transfers wait. Thread-safe, but each transfer is opened by its own strand only. Closing it
 * closes its files; no strand may use it afterwards.
 */
public final class Spool implements AutoCloseable {

    private final SpoolPaths paths;
    private final OpenFiles files;
    private final SpoolSpace space;
    private final SpoolCensus census;
    private final Durability durability;
    private final MachineStops stops;
    private final SpoolDisk disk;
    private final WriteBack writeBack = new WriteBack();

    private Spool(SpoolPaths paths, OpenFiles files, SpoolSpace space, Durability durability, MachineStops stops) {
        this.paths = paths;
        this.files = files;
        this.space = space;
        this.census = new SpoolCensus(paths, space);
        this.durability = durability;
        this.stops = stops;
        this.disk = new SpoolDisk(paths);
    }

    /**
     * Opens the spool below {@code root}, which is made if need be.
     *
     * @throws IOException if the folder cannot be used
     */
    public static Spool open(Path root, Durability durability, SpoolLimits limits, Clock clock) throws IOException {
        SpoolPaths paths = new SpoolPaths(root);
        paths.createFolders();
        MachineStops stops = MachineStops.observe(root.resolve("boot"), clock.millis(), paths::newestJournal);
        return new Spool(paths, new OpenFiles(limits.maximumOpenFiles()), new SpoolSpace(limits), durability, stops);
    }

    /** The bytes that it holds. */
    public SpoolSpace space() {
        return space;
    }

    /** Whether a failure came of a disk without room, which is logged then, as far as can be told. */
    public boolean isDiskFull(IOException failure) {
        return disk.isFull(failure);
    }

    /** Bytes that a transfer takes with nothing but its beginning. */
    public static long bytesOfBeginning(TransferId id, FileMeta meta) {
        return TransferJournal.bytesOf(new Begun(id, meta));
    }

    /** Whether all that was there at the start was counted. */
    public boolean isCounted() {
        return census.isComplete();
    }

    /** Number of files removed that a crash had left and that belonged to no transfer. */
    public long leftoversRemoved() {
        return census.leftoversRemoved();
    }

    /** Number of files that are open now. */
    public int openFiles() {
        return files.count();
    }

    /** Begins a transfer that {@link #find} does not know. */
    public SpoolEntry create(TransferId id, FileMeta meta) throws IOException {
        Path path = counted(paths.journal(id));
        ClientSpace client = space.of(id.clientId());
        census.removeLeftover(paths.dataOf(path)); // of a crash while an earlier one was deleted
        JournalFile journal;
        synchronized (census.lock(paths.folderOf(path))) {
            journal = JournalFile.create(path, new Begun(id, meta), files, client, durability);
        }
        client.addTransfer();
        return entry(path, journal, client);
    }

    /** The transfer of that name, if there is one. */
    public Optional<SpoolEntry> find(TransferId id) throws IOException {
        Path path = counted(paths.journal(id));
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        ClientSpace client = space.of(id.clientId());
        JournalFile journal = JournalFile.read(path, files, client, durability);
        SpoolEntry entry = entry(path, journal, client);
        if (journal.state().begun().isEmpty()) {
            entry.close();
            census.removeLeftover(path); // of a crash in the middle of init; never counted
            return Optional.empty();
        }
        if (stops.concern(journal.lastWritten())) {
            entry.verify();
        }
        return Optional.of(entry);
    }

    private Path counted(Path path) throws IOException {
        census.ensureCounted(paths.folderOf(path));
        return path;
    }

    private SpoolEntry entry(Path path, JournalFile journal, ClientSpace client) {
        return new SpoolEntry(journal, new SpoolData(paths.dataOf(path), files, writeBack), client, durability);
    }

    /** What a scan of the spool finds. */
    public interface Findings {

        /** A delivery that was begun and not ended. */
        void interrupted(TransferId id);

        /** A delivery that has ended and is not forgotten yet. */
        void delivered(Delivery delivery);
    }

    /** Counts all that is there and tells of deliveries; takes its time. */
    public void scan(Findings findings) throws IOException {
        for (int folder = 0; folder < SpoolPaths.FOLDERS; folder++) {
            census.deliveries(folder).forEach(state -> tell(state, findings));
        }
    }

    private static void tell(SpoolState state, Findings findings) {
        if (state.exporting()) {
            findings.interrupted(state.begun().orElseThrow().id());
        }
        state.delivery().ifPresent(findings::delivered);
    }

    /** What is told of a transfer that nothing happens to. */
    public interface Idle {

        /** Takes one; may block. */
        void found(TransferId id, FileMeta meta, FileTime lastWritten) throws IOException;
    }

    /**
     * Shows every transfer that nothing was written to since {@code time}, and removes older leftovers of crashes, which
     * belong to none. What it keeps in memory does not depend on how many there are.
     *
     * @param now transfers that were written later than that, before the clock was set back, count as written now
     */
    public void forEachIdleSince(FileTime time, FileTime now, Idle idle) throws IOException {
        for (int folder = 0; folder < SpoolPaths.FOLDERS; folder++) {
            census.forEachIdle(folder, time, now, idle);
            census.removeOrphans(folder, time);
        }
    }

    @Override
    public void close() {
        writeBack.close();
        files.close();
    }
}
