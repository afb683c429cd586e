// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.spi.ExportedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that was delivered, found again. It may lie under a root that was configured earlier. Immutable.
 *
 * @param path where it is
 */
record DeliveredFile(Path path) {

    /** @throws IOException unless the location is one that this exporter gives to files of that transfer */
    static DeliveredFile of(ExportedFile file) throws IOException {
        Path path = pathOf(file);
        DeliveryPath expected = DeliveryPath.of(file.id());
        Path folder = expected.files(expected.own(Path.of("")));
        if (!path.equals(path.normalize())
                || path.getParent() == null
                || !path.getParent().endsWith(folder)) {
            throw new IOException("not a place for a file of " + file.id() + ": " + file.location());
        }
        return new DeliveredFile(path);
    }

    private static Path pathOf(ExportedFile file) throws IOException {
        try {
            return Path.of(file.location());
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            throw new IOException("not a local file: " + file.location(), e);
        }
    }

    InputStream open(ByteRange range) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new RangeInputStream(channel.position(range.start()), range.length());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Deletes file, manifest and the folders that are empty then, up to the root. */
    void delete() throws IOException {
        Files.deleteIfExists(path);
        Files.deleteIfExists(path.resolveSibling(path.getFileName() + Manifest.SUFFIX));
        Path folder = path.getParent();
        for (int level = 0; level < DeliveryPath.DEPTH && isGone(folder); level++) {
            folder = folder.getParent();
        }
    }

    private static boolean isGone(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        }
    }
}
