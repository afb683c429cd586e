// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import static org.junit.Assume.assumeFalse;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The root on another file system than the spool, where there is one. */
public class OtherFileSystemTest extends LocalExporterContract {

    private static final Path OTHER = Path.of("/dev/shm");

    private Path made;

    @Override
    Path newRoot() throws IOException {
        assumeTrue(Files.isWritable(OTHER));
        assumeFalse(Files.getFileStore(OTHER)
                .equals(Files.getFileStore(temporary.getRoot().toPath())));
        made = Files.createTempDirectory(OTHER, "amphora-exports");
        return made;
    }

    @Override
    void removeRoot() throws IOException {
        Tree.delete(made);
    }
}
