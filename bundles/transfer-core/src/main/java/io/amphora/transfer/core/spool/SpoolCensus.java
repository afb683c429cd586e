// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import io.amphora.transfer.TransferId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what the spool's files hold, folder by folder: in the background after the start, or when a transfer of that
 * folder is asked for before. So each file is counted once, and no start waits for a million of them. Thread-safe.
 */
final class SpoolCensus {

    private static final Logger LOG = LoggerFactory.getLogger(SpoolCensus.class);

    private final SpoolPaths paths;
    private final SpoolSpace space;
    private final boolean[] counted = new boolean[SpoolPaths.FOLDERS];
    private final Object[] locks = new Object[SpoolPaths.FOLDERS];

    SpoolCensus(SpoolPaths paths, SpoolSpace space) {
        this.paths = paths;
        this.space = space;
        Arrays.setAll(locks, i -> new Object());
    }

    /** Counts a folder unless it was counted. Until it was, no transfer of the folder changes. */
    void ensureCounted(int folder) throws IOException {
        synchronized (locks[folder]) {
            if (!counted[folder]) {
                count(folder);
                counted[folder] = true;
            }
        }
    }

    private void count(int folder) throws IOException {
        paths.forEachJournal(folder, path -> {
            SpoolState state = new SpoolState();
            long length = read(path, state::apply);
            state.begun()
                    .ifPresent(begun -> count(state, length + state.ranges().total(), begun.id()));
        });
    }

    private void count(SpoolState state, long bytes, TransferId id) {
        ClientSpace client = space.of(id.clientId());
        client.add(bytes);
        if (state.delivery().isEmpty()) {
            client.addTransfer();
        }
    }

    /** What a journal says, read apart from the strand that may be writing it; empty without a first entry. */
    static Optional<SpoolState> summarize(Path path) throws IOException {
        SpoolState state = new SpoolState();
        read(path, state::apply);
        return state.begun().isPresent() ? Optional.of(state) : Optional.empty();
    }

    /** Whom a journal belongs to; empty without a first entry. */
    static Optional<SpoolState> readBeginning(Path path) throws IOException {
        SpoolState state = new SpoolState();
        read(path, first -> {
            state.apply(first);
            return false;
        });
        return state.begun().isPresent() ? Optional.of(state) : Optional.empty();
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

    /** Deletes data that belong to no journal: what a crash left of a transfer that was being deleted. */
    void removeOrphans(int folder, FileTime before) throws IOException {
        paths.forEachData(folder, path -> {
            if (isOlder(path, before) && !Files.exists(paths.journalOf(path)) && Files.deleteIfExists(path)) {
                LOG.info("Removed {}, which belonged to no transfer", path);
            }
        });
    }

    /** Whether a file was last written before {@code time}; not so if it is gone. */
    static boolean isOlder(Path path, FileTime time) throws IOException {
        try {
            return Files.getLastModifiedTime(path).compareTo(time) < 0;
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
