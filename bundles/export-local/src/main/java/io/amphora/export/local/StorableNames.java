// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import io.amphora.transfer.spi.FileRefusedException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds out whether names were the cause of a failure. The text of a system error depends on the language of the
 * process, so the names are tried. Thread-safe.
 */
final class StorableNames {

    private static final String PLAIN = "plain";

    private StorableNames() {}

    /**
     * Tries names that may have caused a failure.
     *
     * @param folder where a folder to try them in can be made
     * @throws FileRefusedException if the file system stores a plain name, before and after, but not one of these
     * @throws IOException if it stores no plain name either
     */
    static void require(Path folder, FileSystemException failure, String... names) throws IOException {
        Path probe = Files.createTempDirectory(folder, "probe");
        try {
            for (String name : names) {
                tryOne(probe, name, failure);
            }
        } finally {
            Tree.delete(probe);
        }
    }

    private static void tryOne(Path probe, String name, FileSystemException failure) throws IOException {
        make(probe.resolve(PLAIN));
        try {
            make(probe.resolve(name));
        } catch (FileSystemException e) {
            make(probe.resolve(PLAIN));
            throw refused(name, e.getReason(), failure);
        }
    }

    private static void make(Path file) throws IOException {
        Files.createFile(file);
        Files.delete(file);
    }

    /** Says which name the file system cannot store. */
    static FileRefusedException refused(String name, String why, Exception cause) {
        return new FileRefusedException("the file system cannot store the name " + name + ": " + why, cause);
    }
}
