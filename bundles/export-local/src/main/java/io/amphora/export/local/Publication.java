// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import io.amphora.transfer.spi.FileRefusedException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The step by which a staged file appears under its final name, complete. Both directories are on one file system.
 * Thread-safe.
 */
final class Publication {

    private final Path root;
    private final Shards shards;
    private final DirectorySync sync;

    Publication(Path root, Shards shards, DirectorySync sync) {
        this.root = root;
        this.shards = shards;
        this.sync = sync;
    }

    /**
     * Moves a file into place, durably.
     *
     * @return its final name
     * @throws NoSuchFileException also if a folder was deleted meanwhile, since it was empty: another attempt is due
     */
    Path publish(StagedFile staged) throws IOException {
        shards.require(staged.path());
        Path own = staged.path().own(root);
        if (appeared(staged, own)) {
            staged.moved();
            sync.sync(own.getParent());
        } else {
            replace(staged, own);
        }
        return staged.path().files(own).resolve(staged.name().value());
    }

    /** File, manifest and folders in one step, unless the transfer has a folder already. */
    private static boolean appeared(StagedFile staged, Path own) throws IOException {
        try {
            Files.move(staged.folder(), own, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (FileSystemException e) {
            if (Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            throw e;
        }
    }

    /** The file first: a manifest never describes what is not there yet. */
    private void replace(StagedFile staged, Path own) throws IOException {
        Path files = staged.path().files(own);
        shards.makeDirectory(files.getParent());
        shards.makeDirectory(files);
        refuseToMixUp(files, staged.name().value());
        Files.move(staged.content(), files.resolve(staged.name().value()), StandardCopyOption.ATOMIC_MOVE);
        Files.move(
                staged.manifest(),
                files.resolve(staged.name().value() + Manifest.SUFFIX),
                StandardCopyOption.ATOMIC_MOVE);
        sync.sync(files);
        sync.syncParents(files.getParent(), own, own.getParent());
    }

    /** A client that uses a file id again may not replace an earlier file by a manifest, nor a manifest by a file. */
    private static void refuseToMixUp(Path files, String name) throws IOException {
        boolean namedLikeManifest = name.endsWith(Manifest.SUFFIX)
                && Files.exists(files.resolve(name.substring(0, name.length() - Manifest.SUFFIX.length())));
        if (namedLikeManifest || Files.exists(files.resolve(name + Manifest.SUFFIX + Manifest.SUFFIX))) {
            throw new FileRefusedException(
                    "the name " + name + ", or that of its manifest, is that of an earlier file or its manifest");
        }
    }
}
