// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.ExporterSettings;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one configuration amounts to: a directory, and how files get there. It holds nothing open between exports, so that
 * none has to be closed when there is another. A directory that was removed is made again, and nothing that was known of
 * one is believed of another in its place. Thread-safe.
 */
final class ExportDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(ExportDirectory.class);

    /** Attempts to put a file into a folder while others delete theirs from it, and it with the last of them. */
    private static final int ATTEMPTS = 10;

    private final ExporterSettings settings;
    private final ExportRoot root;
    private final SpoolAccess spool;
    private final Access access;
    private final Clock clock;
    private volatile Opened opened;

    /**
     * The directory that is there now, and what is known of it.
     *
     * @param key of the directory
     */
    private record Opened(Optional<Object> key, Shards shards, Staging staging, Publication publication) {}

    ExportDirectory(ExporterSettings settings, ExportRoot root, SpoolAccess spool, Access access, Clock clock)
            throws IOException {
        this.settings = settings;
        this.root = root;
        this.spool = spool;
        this.access = access;
        this.clock = clock;
        this.opened = open();
    }

    private Opened open() throws IOException {
        Optional<Object> key = root.key();
        DirectorySync sync = DirectorySync.on(root.path());
        Shards shards = new Shards(root.path(), sync, access);
        return new Opened(
                key,
                shards,
                new Staging(root.staging(), spool, sync, access, clock),
                new Publication(root.path(), shards, sync));
    }

    ExporterSettings settings() {
        return settings;
    }

    /** Removes what a crash has left. */
    void removeLeftovers() throws IOException {
        removeLeftovers(opened);
    }

    private static void removeLeftovers(Opened opened) throws IOException {
        opened.staging()
                .removeLeftovers(ProcessHandle.current().info().startInstant().orElse(Instant.MIN));
    }

    /** Puts a file in its place, durably. */
    ExportedFile take(ExportRequest request) throws IOException {
        DeliveryPath path = DeliveryPath.of(request.id());
        for (int attempt = 1; ; attempt++) {
            Opened used = current();
            try {
                return delivered(request, deliver(request, path, used));
            } catch (NoSuchFileException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                root.make();
                used.shards().forget(path);
            } catch (InvalidPathException e) {
                throw StorableNames.refused(
                        e.getInput(), "the broker runs without a UTF-8 locale, as LC_ALL=C.UTF-8 gives", e);
            }
        }
    }

    private Opened current() throws IOException {
        Opened last = opened;
        return isCurrent(last) ? last : reopened();
    }

    private boolean isCurrent(Opened last) throws IOException {
        return last.key().equals(root.key());
    }

    private synchronized Opened reopened() throws IOException {
        if (!isCurrent(opened)) {
            ExportRoot.open(root.path());
            Opened next = open();
            removeLeftovers(next);
            opened = next;
            LOG.warn(
                    "{} was removed, replaced or mounted while it was in use: files arrive in the new one",
                    root.path());
        }
        return opened;
    }

    private static Path deliver(ExportRequest request, DeliveryPath path, Opened used) throws IOException {
        try (StagedFile staged = used.staging().stage(request, path)) {
            return used.publication().publish(staged);
        }
    }

    private ExportedFile delivered(ExportRequest request, Path path) {
        return new ExportedFile(
                request.id(),
                settings.name(),
                path.toUri(),
                request.file().size(),
                request.file().sha256());
    }

    /** Those of a transfer may be gone. */
    void forgetFoldersOf(TransferId id) {
        opened.shards().forget(DeliveryPath.of(id));
    }

    @Override
    public String toString() {
        return root.path().toString();
    }
}
