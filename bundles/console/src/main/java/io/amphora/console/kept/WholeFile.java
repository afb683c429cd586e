// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console.kept;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Replaces files so that each holds either the old or the new content, whenever the machine stops, and the new one once the
 * method has returned. Stateless.
 */
final class WholeFile {

    private static final Set<PosixFilePermission> OWNER =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private WholeFile() {}

    /** Replaces a file, or makes it, readable by its owner only. A link stays one. */
    static void replace(Path name, byte[] content) throws IOException {
        Path file = Files.exists(name) ? name.toRealPath() : name.toAbsolutePath();
        Path folder = file.getParent();
        // File Install takes no name of this kind for settings.
        Path temporary = folder.resolve("." + file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        Files.write(temporary, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(temporary, Files.exists(file) ? Files.getPosixFilePermissions(file) : OWNER);
        }
        sync(temporary);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync(folder);
    }

    /** Deletes a file if it is there, for good. */
    static void delete(Path file) throws IOException {
        if (Files.deleteIfExists(file)) {
            sync(file.toAbsolutePath().getParent());
        }
    }

    /** Waits until the files of a folder, and their names, are on the disk. */
    static void syncAll(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> files = entries.filter(Files::isRegularFile).toList();
            for (Path file : files) {
                sync(file);
            }
        }
        sync(folder);
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
