// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Makes names durable: a new file survives a crash of the machine only with its entry in its directory. Immutable. */
final class DirectorySync {

    /** Here the sync of a new file or directory takes the new directories above it along. */
    private static final Set<String> TAKES_PARENTS_ALONG = Set.of("ext4", "xfs");

    private final boolean parentsToo;

    private DirectorySync(boolean parentsToo) {
        this.parentsToo = parentsToo;
    }

    /** The cheapest way that is safe on the file system of a directory. */
    static DirectorySync on(Path directory) throws IOException {
        return new DirectorySync(
                TAKES_PARENTS_ALONG.contains(Files.getFileStore(directory).type()));
    }

    /** The way that is safe on any file system. */
    static DirectorySync onAny() {
        return new DirectorySync(false);
    }

    /** Syncs the entries of a directory. */
    void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Syncs directories in which new ones lie, unless a sync of something new further down does that by itself. */
    void syncParents(Path... directories) throws IOException {
        if (!parentsToo) {
            for (Path directory : directories) {
                sync(directory);
            }
        }
    }
}
