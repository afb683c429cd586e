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

/**
 * What one configuration amounts to: a directory, and how files get there. It holds nothing open between exports, so that
 * none has to be closed when there is another. Thread-safe.
 */
final class ExportDirectory {

    /** Attempts to put a file into a folder while others delete theirs from it, and it with the last of them. */
    private static final int ATTEMPTS = 10;

    private final ExporterSettings settings;
    private final Path root;
    private final Shards shards;
    private final Staging staging;
    private final Publication publication;

    ExportDirectory(ExporterSettings settings, ExportRoot root, SpoolReader spool, Access access, Clock clock)
            throws IOException {
        DirectorySync sync = DirectorySync.on(root.path());
        this.settings = settings;
        this.root = root.path();
        this.shards = new Shards(root.path(), sync, access);
        this.staging = new Staging(root.staging(), spool, sync, access, clock);
        this.publication = new Publication(root.path(), shards, sync);
    }

    ExporterSettings settings() {
        return settings;
    }

    /** Removes what a crash has left. */
    void removeLeftovers() throws IOException {
        staging.removeLeftovers(ProcessHandle.current().info().startInstant().orElse(Instant.MIN));
    }

    /** Puts a file in its place, durably. */
    ExportedFile take(ExportRequest request) throws IOException {
        DeliveryPath path = DeliveryPath.of(request.id());
        for (int attempt = 1; ; attempt++) {
            try {
                return delivered(request, deliver(request, path));
            } catch (NoSuchFileException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                shards.forget(path);
            } catch (InvalidPathException e) {
                throw new IOException("names with such characters need a UTF-8 locale, as LC_ALL=C.UTF-8 gives", e);
            }
        }
    }

    private Path deliver(ExportRequest request, DeliveryPath path) throws IOException {
        try (StagedFile staged = staging.stage(request, path)) {
            return publication.publish(staged);
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
        shards.forget(DeliveryPath.of(id));
    }

    @Override
    public String toString() {
        return root.toString();
    }
}
