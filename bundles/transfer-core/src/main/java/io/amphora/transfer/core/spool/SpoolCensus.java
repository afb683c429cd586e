// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import io.amphora.transfer.core.spool.JournalEntry.Begun;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what the spool's files hold, folder by folder: in the background after the start, or when a transfer of that
 * folder is asked for before. So each file is counted once, and no start waits for a million of them. Thread-safe.
 */
final class SpoolCensus {

    private static final Logger LOG = LoggerFactory.getLogger(SpoolCensus.class);

    /** What is written while the folders are looked through is later than the beginning of that. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofHours(1);

    private final SpoolPaths paths;
    private final SpoolSpace space;
    private final boolean[] counted = new boolean[SpoolPaths.FOLDERS];
    private final Object[] locks = new Object[SpoolPaths.FOLDERS];
    private final AtomicInteger foldersLeft = new AtomicInteger(SpoolPaths.FOLDERS);
    private final LongAdder leftovers = new LongAdder();

    SpoolCensus(SpoolPaths paths, SpoolSpace space) {
        this.paths = paths;
        this.space = space;
        Arrays.setAll(locks, i -> new Object());
    }

    /** Whoever makes a journal in a folder holds it meanwhile, so that none that is being made is taken for a leftover. */
    Object lock(int folder) {
        return locks[folder];
    }

    /** Whether every folder was counted. */
    boolean isComplete() {
        return foldersLeft.get() == 0;
    }

    long leftoversRemoved() {
        return leftovers.sum();
    }

    /** Counts a folder unless it was counted. Until it was, no transfer of the folder changes. */
    void ensureCounted(int folder) throws IOException {
        ensureCounted(folder, delivery -> {});
    }

    /** Returns whether it was counted, and {@code deliveries} told of those that it holds, by this call. */
    private boolean ensureCounted(int folder, Consumer<SpoolState> deliveries) throws IOException {
        synchronized (locks[folder]) {
            boolean now = !counted[folder];
            if (now) {
                count(folder, deliveries);
                counted[folder] = true;
                foldersLeft.decrementAndGet();
            }
            return now;
        }
    }

    private void count(int folder, Consumer<SpoolState> deliveries) throws IOException {
        forEachState(folder, (state, length) -> {
            ClientSpace client = space.of(state.begun().orElseThrow().id().clientId());
            client.add(length + state.ranges().total());
            if (state.delivery().isEmpty()) {
                client.addTransfer();
            }
            tell(state, deliveries);
        });
    }

    private static void tell(SpoolState state, Consumer<SpoolState> deliveries) {
        if (state.exporting() || state.delivery().isPresent()) {
            deliveries.accept(state);
        }
    }

    /** The deliveries of a folder that were begun, ended or not; it has been counted then. */
    List<SpoolState> deliveries(int folder) throws IOException {
        List<SpoolState> deliveries = new ArrayList<>();
        if (!ensureCounted(folder, deliveries::add)) {
            forEachState(folder, (state, length) -> tell(state, deliveries::add));
        }
        return deliveries;
    }

    private interface StateVisitor {
        void visit(SpoolState state, long journalLength);
    }

    /** Reads each journal, apart from the strand that may be writing it, and leaves out those without a first entry. */
    private void forEachState(int folder, StateVisitor visitor) throws IOException {
        paths.forEachJournal(folder, path -> {
            SpoolState state = new SpoolState();
            OptionalLong length = tryToRead(path, state::apply);
            if (length.isPresent() && state.begun().isPresent()) {
                visitor.visit(state, length.getAsLong());
            }
        });
    }

    /** Shows the transfers of a folder that nothing was written to since {@code time}; none is from after {@code now} then. */
    void forEachIdle(int folder, FileTime time, FileTime now, Spool.Idle idle) throws IOException {
        FileTime future = FileTime.from(now.toInstant().plus(CLOCK_TOLERANCE));
        paths.forEachJournal(folder, path -> {
            FileTime lastWritten = lastWritten(path);
            if (lastWritten.compareTo(future) > 0) {
                bringBack(path, now);
            } else if (lastWritten.compareTo(time) < 0) {
                show(path, lastWritten, idle);
            }
        });
    }

    /** Its time to live would not begin before the clock is there again. */
    private static void bringBack(Path path, FileTime now) throws IOException {
        try {
            Files.setLastModifiedTime(path, now);
        } catch (NoSuchFileException e) {
            LOG.debug("Left {}, which has ended meanwhile", path, e);
        }
    }

    private void show(Path path, FileTime lastWritten, Spool.Idle idle) throws IOException {
        SpoolState state = new SpoolState();
        OptionalLong length = tryToRead(path, first -> {
            state.apply(first);
            return false;
        });
        if (state.begun().isPresent()) {
            Begun begun = state.begun().get();
            idle.found(begun.id(), begun.meta(), lastWritten);
        } else if (length.isPresent()) {
            removeTorn(path, lastWritten);
        }
    }

    /** Empty, with a warning, if it cannot be read: one journal must not keep the others from being looked at. */
    private static OptionalLong tryToRead(Path path, TransferJournal.Reader reader) throws IOException {
        try {
            return OptionalLong.of(read(path, reader));
        } catch (ClosedByInterruptException e) {
            throw e; // file transfer is being stopped
        } catch (IOException e) {
            LOG.warn("Left out the journal {}, which cannot be read", path, e);
            return OptionalLong.empty();
        }
    }

    private static long read(Path path, TransferJournal.Reader reader) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            return TransferJournal.read(file, reader).length();
        } catch (NoSuchFileException e) {
            return 0; // it ended meanwhile
        } catch (UnreadableJournalException e) {
            LOG.error("Left the journal {} alone, which another version may have written", path, e);
            return 0; // its transfer cannot be taken up, all others can
        }
    }

    /** Deletes a journal without a first entry: what a crash left of a transfer that was being begun. */
    private void removeTorn(Path path, FileTime lastWritten) throws IOException {
        synchronized (locks[paths.folderOf(path)]) {
            if (lastWritten(path).equals(lastWritten) && read(path, first -> false) == 0) {
                removeLeftover(path);
            }
        }
    }

    /** Deletes data that belong to no journal: what a crash left of a transfer that was being deleted. */
    void removeOrphans(int folder, FileTime before) throws IOException {
        paths.forEachData(folder, path -> {
            if (isOlder(path, before) && !Files.exists(paths.journalOf(path))) {
                removeLeftover(path);
            }
        });
    }

    /** Deletes a file that belongs to no transfer, if it is there. */
    void removeLeftover(Path path) throws IOException {
        if (Files.deleteIfExists(path)) {
            leftovers.increment();
            LOG.info("Removed {}, which a crash had left and which belonged to no transfer", path);
        }
    }

    private static boolean isOlder(Path path, FileTime time) throws IOException {
        return lastWritten(path).compareTo(time) < 0;
    }

    /** When a file was last written; in the far future if it is gone. */
    private static FileTime lastWritten(Path path) throws IOException {
        try {
            return Files.getLastModifiedTime(path);
        } catch (NoSuchFileException e) {
            return FileTime.fromMillis(Long.MAX_VALUE);
        }
    }
}
