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
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place where unfinished transfers wait. Thread-safe, but each transfer is opened by its own strand only. Closing it
 * closes its files; no strand may use it afterwards.
 */
public final class Spool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);

    /** Bytes below which a disk counts as full: a write of one segment may need as much. */
    private static final long MINIMUM_DISK_SPACE = 2 << 20;

    private final SpoolPaths paths;
    private final OpenFiles files;
    private final SpoolSpace space;
    private final SpoolCensus census;
    private final Durability durability;
    private final MachineStops stops;
    private final WriteBack writeBack = new WriteBack();

    private Spool(SpoolPaths paths, OpenFiles files, SpoolSpace space, Durability durability, MachineStops stops) {
        this.paths = paths;
        this.files = files;
        this.space = space;
        this.census = new SpoolCensus(paths, space);
        this.durability = durability;
        this.stops = stops;
    }

    /**
     * Opens the spool below {@code root}, which is made if need be.
     *
     * @throws IOException if the folder cannot be used
     */
    public static Spool open(Path root, Durability durability, SpoolLimits limits, Clock clock) throws IOException {
        SpoolPaths paths = new SpoolPaths(root);
        paths.createFolders();
        MachineStops stops = MachineStops.observe(root.resolve("boot"), clock.millis());
        return new Spool(paths, new OpenFiles(limits.maximumOpenFiles()), new SpoolSpace(limits), durability, stops);
    }

    /** The bytes that it holds. */
    public SpoolSpace space() {
        return space;
    }

    /** Whether the disk has no room left, as far as can be told. */
    public boolean isDiskFull() {
        try {
            return paths.usableBytes() < MINIMUM_DISK_SPACE;
        } catch (IOException e) {
            LOG.warn("Failed to ask for the space that is left on the spool's disk", e);
            return false;
        }
    }

    /** Number of files that are open now. */
    public int openFiles() {
        return files.count();
    }

    /** Begins a transfer that {@link #find} does not know. */
    public SpoolEntry create(TransferId id, FileMeta meta) throws IOException {
        Path path = counted(paths.journal(id));
        Files.deleteIfExists(paths.dataOf(path)); // left by a crash while an earlier one was deleted
        ClientSpace client = space.of(id.clientId());
        JournalFile journal = JournalFile.create(path, new Begun(id, meta), files, client, durability);
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
            LOG.info("Removed the journal {} of a transfer that had not quite begun", path);
            entry.delete(); // never counted
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
            census.ensureCounted(folder);
            paths.forEachJournal(folder, path -> SpoolCensus.summarize(path).ifPresent(state -> tell(state, findings)));
        }
    }

    private static void tell(SpoolState state, Findings findings) {
        if (state.exporting()) {
            findings.interrupted(state.begun().orElseThrow().id());
        }
        state.delivery().ifPresent(findings::delivered);
    }

    /**
     * Names every transfer that nothing was written to since {@code time}, and removes older leftovers of crashes, which
     * belong to none.
     */
    public void forEachIdleSince(FileTime time, Consumer<TransferId> idle) throws IOException {
        for (int folder = 0; folder < SpoolPaths.FOLDERS; folder++) {
            paths.forEachJournal(folder, path -> {
                if (SpoolCensus.isOlder(path, time)) {
                    SpoolCensus.readBeginning(path)
                            .flatMap(SpoolState::begun)
                            .ifPresent(begun -> idle.accept(begun.id()));
                }
            });
            census.removeOrphans(folder, time);
        }
    }

    @Override
    public void close() {
        writeBack.close();
        files.close();
    }
}
