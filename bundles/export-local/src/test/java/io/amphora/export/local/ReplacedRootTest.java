// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import static io.amphora.transfer.spi.SpoolFolder.bytes;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.SmallDisk;
import io.amphora.transfer.spi.SpoolFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The root, or what is in it, is removed or replaced while the exporter runs. */
public class ReplacedRootTest {

    private static final TransferId ID = new TransferId("c", "f");

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private SpoolFolder spool;
    private Path root;
    private LocalExporter exporter;

    @Before
    public void exportOne() throws IOException {
        spool = new SpoolFolder(temporary.newFolder("spool").toPath());
        root = temporary.newFolder("disk", "exports").toPath();
        exporter = LocalExporterContract.exporterInto(root, true);
        assertArrives(1);
    }

    private void assertArrives(int seed) throws IOException {
        ExportRequest request = spool.request(ID, bytes(seed, 1_000));
        Path file = Path.of(exporter.export(request).location());
        assertTrue(file.toString(), file.startsWith(root));
        assertArrayEquals(bytes(seed, 1_000), Files.readAllBytes(file));
        assertTrue(Files.exists(LocalExporterTest.manifestOf(file)));
        assertEquals(1, LocalExporterContract.files(root).count());
    }

    @Test
    public void filesArriveInTheDirectoryThatReplacesTheRoot() throws IOException {
        Path before = root.resolveSibling("exports2");
        Files.move(root, before);
        Files.createDirectory(root);
        assertArrives(2);
        assertEquals(1, LocalExporterContract.files(before).count());
    }

    @Test
    public void aRootThatIsGoneIsMadeAgain() throws IOException {
        Tree.delete(root.getParent());
        assertArrives(2);
    }

    @Test
    public void allFoldersInTheRootMayGo() throws IOException {
        Tree.delete(root);
        Files.createDirectory(root);
        assertArrives(2);
    }

    @Test
    public void theFolderForStagingMayGo() throws IOException {
        Tree.delete(root.resolve(Staging.NAME));
        assertArrives(2);
    }

    @Test
    public void theRootMayGoWhileAFileIsStaged() throws IOException {
        exporter = LocalExporterContract.exporterInto(root, (file, target) -> {
            boolean first = !Files.exists(root.resolveSibling("exports2"));
            new SpoolReader(true, FreeSpace.ANY).bring(file, target);
            if (first) {
                Files.move(root, root.resolveSibling("exports2"));
            }
        });
        assertArrives(2);
    }

    @Test
    public void filesArriveOnADiskThatIsMountedOverTheRoot() throws IOException, InterruptedException {
        SmallDisk disk = SmallDisk.ofMebibytes(1);
        disk.mount(root);
        try {
            assertArrives(2);
        } finally {
            disk.unmount();
        }
        assertEquals(1, LocalExporterContract.files(root).count());
        assertArrives(3);
    }

    @Test
    public void aRootThatCannotBeMadeFailsUntilItCan() throws IOException {
        Tree.delete(root);
        Files.createFile(root);
        ExportRequest request = spool.request(ID, bytes(2, 1_000));
        org.junit.Assert.assertThrows(IOException.class, () -> exporter.export(request));
        assertFalse(Files.isDirectory(root));
        Files.delete(root);
        assertArrives(3);
    }
}
