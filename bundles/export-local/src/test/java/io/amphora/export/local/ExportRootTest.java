// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class ExportRootTest {

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    @Test
    public void aDirectoryThatIsNotThereIsMade() throws IOException {
        Path path = temporary.getRoot().toPath().resolve("a/b");
        ExportRoot root = ExportRoot.open(path);
        assertEquals(path, root.path());
        assertTrue(Files.isDirectory(root.staging()));
    }

    @Test
    public void oneThatCannotBeMadeIsRefusedNamingKeyAndPath() throws IOException {
        Path path = temporary.newFile("file").toPath().resolve("exports");
        IOException e = assertThrows(IOException.class, () -> ExportRoot.open(path));
        assertTrue(e.getMessage(), e.getMessage().startsWith("root: cannot write to " + path + ": "));
    }

    @Test
    public void aFileIsRefused() throws IOException {
        Path path = temporary.newFile("file").toPath();
        assertThrows(IOException.class, () -> ExportRoot.open(path));
    }

    @Test
    public void oneThatCannotBeWrittenIsRefused() {
        assertThrows(IOException.class, () -> ExportRoot.open(Path.of("/proc/amphora")));
    }
}
