// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import io.amphora.transfer.core.spool.JournalEntry.Stored;
import io.amphora.transfer.core.spool.JournalEntry.Synced;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/** A journal on disk together with what it says. Confined to the transfer's strand. */
final class JournalFile {

    private final Path path;
    private final OpenFiles files;
    private final ClientSpace space;
    private final Durability durability;
    private final SpoolState state = new SpoolState();
    private TransferJournal journal = new TransferJournal();

    private JournalFile(Path path, OpenFiles files, ClientSpace space, Durability durability) {
        this.path = path;
        this.files = files;
        this.space = space;
        this.durability = durability;
    }

    /** Makes a journal of one entry. */
    static JournalFile create(
            Path path, JournalEntry.Begun begun, OpenFiles files, ClientSpace space, Durability durability)
            throws IOException {
        JournalFile file = new JournalFile(path, files, space, durability);
        files.create(path).close();
        try {
            file.append(List.of(begun));
            if (durability == Durability.FSYNC) {
                SpoolPaths.sync(path.getParent());
            }
        } catch (IOException e) {
            file.deleteAfter(e); // or the next init would find it
            throw e;
        }
        return file;
    }

    /** Reads a journal that is there. What it takes is not counted again. */
    static JournalFile read(Path path, OpenFiles files, ClientSpace space, Durability durability) throws IOException {
        JournalFile file = new JournalFile(path, files, space, durability);
        try (OpenFiles.Lease lease = files.use(path)) {
            file.journal = TransferJournal.read(lease.channel(), file.state::apply);
        }
        return file;
    }

    SpoolState state() {
        return state;
    }

    /** Bytes of the journal. */
    long length() {
        return journal.length();
    }

    /** Appends entries to the journal and to what it says, as durable as is configured. If that fails nothing counts. */
    void append(List<? extends JournalEntry> entries) throws IOException {
        if (entries.isEmpty()) {
            return;
        }
        long before = journal.length();
        try (OpenFiles.Lease lease = files.use(path)) {
            journal.append(lease.channel(), entries);
            if (durability == Durability.FSYNC) {
                lease.channel().force(false);
            }
        } catch (IOException e) {
            journal.cutTo(before);
            throw e;
        }
        space.add(journal.length() - before);
        entries.forEach(state::apply);
    }

    /**
     * Every segment that was ever stored, in order.
     *
     * @param synced how many of them, the first ones, were synced
     */
    record History(List<Stored> stored, int synced) {}

    History readStored() throws IOException {
        List<Stored> stored = new ArrayList<>();
        int[] synced = new int[1];
        try (OpenFiles.Lease lease = files.use(path)) {
            TransferJournal.read(lease.channel(), entry -> {
                if (entry instanceof Stored segment) {
                    stored.add(segment);
                } else if (entry instanceof Synced) {
                    synced[0] = stored.size();
                }
                return true;
            });
        }
        return new History(stored, synced[0]);
    }

    FileTime lastWritten() throws IOException {
        return Files.getLastModifiedTime(path);
    }

    void touch(FileTime now) throws IOException {
        Files.setLastModifiedTime(path, now);
    }

    void delete() throws IOException {
        files.forget(path);
        if (Files.deleteIfExists(path)) {
            space.release(journal.length());
        }
    }

    private void deleteAfter(IOException cause) {
        try {
            delete();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    void close() {
        files.forget(path);
    }
}
