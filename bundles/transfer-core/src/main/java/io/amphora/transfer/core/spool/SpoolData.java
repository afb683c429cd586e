// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import io.amphora.transfer.Sha256;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** The data file of a transfer and the digest of its prefix. Confined to the transfer's strand. */
final class SpoolData {

    private static final int CHUNK = 64 * 1024;

    /** Bytes that the disk is not asked to take before the file is complete. */
    private static final long WRITE_BACK_STEP = 32 << 20;

    private static final Future<?> NOTHING = CompletableFuture.completedFuture(null);

    private final Path path;
    private final OpenFiles files;
    private final WriteBack writeBack;
    private final RunningDigest digest = new RunningDigest();
    private boolean nameIsSynced;
    private long unsynced;
    private Future<?> writingBack = NOTHING;

    SpoolData(Path path, OpenFiles files, WriteBack writeBack) {
        this.path = path;
        this.files = files;
        this.writeBack = writeBack;
    }

    Path path() {
        return path;
    }

    /** Writes a segment at its offset. After a failure its bytes are undefined. */
    void write(Segment segment) throws IOException {
        try (OpenFiles.Lease file = files.use(path)) {
            ByteBuffer bytes = segment.bytes().duplicate();
            for (long at = segment.offset(); bytes.hasRemaining(); ) {
                at += file.channel().write(bytes, at);
            }
        }
        digest.written(segment.offset(), segment.bytes());
        unsynced += segment.bytes().remaining();
    }

    /** Whether so much was written since the last sync that the next should begin. */
    boolean isWriteBackDue() {
        return unsynced >= WRITE_BACK_STEP && writingBack.isDone();
    }

    /** Begins a sync in the background; {@link #settle} tells how it ended. */
    void beginWriteBack() {
        writingBack = writeBack.begin(path);
        unsynced = 0;
    }

    /** Whether no sync in the background runs, or has failed. */
    boolean isSettled() {
        return writingBack.isDone() && !isFailed(writingBack);
    }

    private static boolean isFailed(Future<?> done) {
        try {
            done.get();
            return false;
        } catch (ExecutionException e) {
            return true; // settle() tells why
        } catch (InterruptedException e) {
            throw new AssertionError("it is done", e);
        }
    }

    /**
     * Waits for the sync in the background, if one runs.
     *
     * @throws InterruptedIOException if waiting was interrupted
     * @throws IOException if the disk did not take what was written: any of it may be lost
     */
    void settle() throws IOException {
        try {
            writingBack.get();
        } catch (ExecutionException e) {
            throw new IOException("what was written to " + path + " did not reach the disk", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("while " + path + " was being synced");
        }
    }

    /** Makes what was written survive the machine. */
    void sync() throws IOException {
        try (OpenFiles.Lease file = files.use(path)) {
            file.channel().force(false);
        }
        if (!nameIsSynced) {
            SpoolPaths.sync(path.getParent());
            nameIsSynced = true;
        }
        unsynced = 0;
    }

    /** Whether the file holds the bytes of the segment up to the offset {@code end}. */
    boolean equals(Segment segment, long end) throws IOException {
        ByteBuffer expected = segment.bytes().duplicate();
        ByteBuffer held = ByteBuffer.allocate((int) Math.min(CHUNK, end - segment.offset()));
        try (OpenFiles.Lease file = files.use(path)) {
            for (long at = segment.offset(); at < end; ) {
                held.clear().limit((int) Math.min(held.capacity(), end - at));
                int read = file.channel().read(held, at);
                if (read < 0 || !expected.slice(expected.position(), read).equals(held.flip())) {
                    return false;
                }
                expected.position(expected.position() + read);
                at += read;
            }
        }
        return true;
    }

    /** Offset behind the last byte that was digested. */
    long digested() {
        return digest.position();
    }

    /** Forgets the digest if it has seen bytes from {@code offset} on. */
    void forgetDigestFrom(long offset) {
        if (offset < digest.position()) {
            digest.reset();
        }
    }

    /** Digests up to {@code limit} held bytes that arrived out of order. */
    void catchUpDigest(long contiguousEnd, long limit) throws IOException {
        try (OpenFiles.Lease file = files.use(path)) {
            digest.catchUp(file.channel()::read, contiguousEnd, limit);
        }
    }

    /** The digest of the first {@code size} bytes, which are all held. */
    Sha256 digest(long size) throws IOException {
        try (OpenFiles.Lease file = files.use(path)) {
            return digest.of(size, file.channel()::read);
        }
    }

    /** The ranges that do not hold what was stored. */
    List<JournalEntry.Lost> verify(JournalFile.History history) throws IOException {
        try (OpenFiles.Lease file = files.use(path)) {
            return SegmentVerification.run(file.channel(), history.stored(), history.synced());
        }
    }

    /** Gives the spool bytes of its own if an exporter linked to them: a delivered file never changes. */
    void separate() throws IOException {
        if (links() > 1) {
            files.forget(path);
            Path copy = path.resolveSibling(path.getFileName() + ".copy");
            Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
            Files.move(copy, path, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Number of names that the file has, 0 if it does not exist. */
    int links() throws IOException {
        try {
            return (Integer) Files.getAttribute(path, "unix:nlink");
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    void delete() throws IOException {
        files.forget(path);
        Files.deleteIfExists(path);
        nameIsSynced = false;
        digest.reset();
        writingBack = NOTHING;
        unsynced = 0;
    }

    void close() {
        files.forget(path);
    }
}
