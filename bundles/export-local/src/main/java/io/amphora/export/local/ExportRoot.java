// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The directory that the files go into. Immutable. */
record ExportRoot(Path path) {

    /**
     * Makes the directory unless it is there, and sees whether it can be written.
     *
     * @throws IOException naming the setting and the directory
     */
    static ExportRoot open(Path path) throws IOException {
        ExportRoot root = new ExportRoot(path.toAbsolutePath().normalize());
        try {
            Files.createDirectories(root.staging());
            Files.delete(Files.createTempDirectory(root.staging(), "probe"));
            return root;
        } catch (FileSystemException e) {
            throw new IOException("root: cannot write to " + root.path + ": " + e, e);
        }
    }

    Path staging() {
        return path.resolve(Staging.NAME);
    }
}
