// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import io.amphora.transfer.SafeName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file and its manifest in a folder that nobody else uses, laid out below as it will be when it has moved. Confined to
 * its export thread.
 */
final class StagedFile implements AutoCloseable {

    private final Path folder;
    private final DeliveryPath path;
    private final SafeName name;
    private boolean gone;

    StagedFile(Path folder, DeliveryPath path, SafeName name) {
        this.folder = folder;
        this.path = path;
        this.name = name;
    }

    /** The folder that becomes the transfer's own. */
    Path folder() {
        return folder;
    }

    DeliveryPath path() {
        return path;
    }

    SafeName name() {
        return name;
    }

    Path content() {
        return path.files(folder).resolve(name.value());
    }

    Path manifest() {
        return path.files(folder).resolve(name.value() + Manifest.SUFFIX);
    }

    void makeFolders() throws IOException {
        Path files = path.files(folder);
        Files.createDirectory(folder);
        Files.createDirectory(files.getParent());
        Files.createDirectory(files);
    }

    void writeManifest(byte[] json) throws IOException {
        try (FileChannel manifest =
                FileChannel.open(manifest(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(json);
            while (rest.hasRemaining()) {
                manifest.write(rest);
            }
            manifest.force(true);
        }
    }

    /** Gives files and folders to whom they belong. */
    void apply(Access access) throws IOException {
        access.applyToFile(content());
        access.applyToFile(manifest());
        Path files = path.files(folder);
        access.applyToFolder(files);
        access.applyToFolder(files.getParent());
        access.applyToFolder(folder);
    }

    void syncFolders(DirectorySync sync) throws IOException {
        Path files = path.files(folder);
        sync.syncParents(files, files.getParent(), folder);
    }

    /** The folder has moved as a whole: there is nothing left here. */
    void moved() {
        gone = true;
    }

    /** Removes what is left. */
    @Override
    public void close() throws IOException {
        if (!gone) {
            Tree.delete(folder);
        }
    }
}
