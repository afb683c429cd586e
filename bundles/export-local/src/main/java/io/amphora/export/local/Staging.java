// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.FileDamagedException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory {@code .staging} under the root, where files are put together before they appear. Every attempt has a
 * folder of its own there, so that all leftovers of a crash are found in this one place. Thread-safe.
 */
final class Staging {

    private static final Logger LOG = LoggerFactory.getLogger(Staging.class);

    static final String NAME = ".staging";

    private final Path directory;
    private final SpoolAccess spool;
    private final DirectorySync sync;
    private final Access access;
    private final Clock clock;

    Staging(Path directory, SpoolAccess spool, DirectorySync sync, Access access, Clock clock) {
        this.directory = directory;
        this.spool = spool;
        this.sync = sync;
        this.access = access;
        this.clock = clock;
    }

    /** Puts a file and its manifest together, durably but for the name of the folder that holds them. */
    StagedFile stage(ExportRequest request, DeliveryPath path) throws IOException {
        StagedFile staged = new StagedFile(
                directory.resolve(uniqueName(path.key())), path, request.meta().name());
        try {
            staged.makeFolders();
            spool.bring(request.file(), staged.content());
            FileDamagedException.requireSize(
                    "the directory",
                    Files.size(staged.content()),
                    request.file().size());
            staged.writeManifest(Manifest.of(request, clock.instant()));
            staged.apply(access);
            staged.syncFolders(sync);
            return staged;
        } catch (IOException | RuntimeException e) {
            closeAfter(e, staged);
            requireStorableNames(e, staged);
            throw e;
        }
    }

    private void requireStorableNames(Exception failure, StagedFile staged) throws IOException {
        if (failure.getClass() == FileSystemException.class) { // an error that Java has no name for
            StorableNames.require(
                    directory,
                    (FileSystemException) failure,
                    staged.path().client().value(),
                    staged.path().file().value(),
                    staged.name().value(),
                    staged.name().value() + Manifest.SUFFIX);
        }
    }

    private static void closeAfter(Exception cause, StagedFile staged) {
        try {
            staged.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * Removes what earlier processes left here.
     *
     * @param startOfProcess older folders belong to no export of this process
     */
    void removeLeftovers(Instant startOfProcess) throws IOException {
        int count = 0;
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(directory)) {
            for (Path folder : folders) {
                if (isOlder(folder, startOfProcess)) {
                    removeLeftover(folder);
                    count++;
                }
            }
        }
        if (count > 0) {
            LOG.info("Removed {} unfinished files of an earlier run from {}", count, directory);
        }
    }

    private static boolean isOlder(Path folder, Instant time) throws IOException {
        try {
            return Files.getLastModifiedTime(folder).toInstant().isBefore(time);
        } catch (NoSuchFileException e) {
            LOG.debug("Left {} to its export, which has ended", folder, e);
            return false;
        }
    }

    /** Takes the folder away from its owner first: should that be alive after all, its export fails and is repeated. */
    private void removeLeftover(Path folder) throws IOException {
        Path claimed = directory.resolve(uniqueName("leftover"));
        try {
            Files.move(folder, claimed, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            LOG.debug("Left {} to its owner", folder, e);
            return;
        }
        Tree.delete(claimed);
    }

    private static String uniqueName(String prefix) {
        return prefix + "." + Long.toHexString(ThreadLocalRandom.current().nextLong());
    }
}
