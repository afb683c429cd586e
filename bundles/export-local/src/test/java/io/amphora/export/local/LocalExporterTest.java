// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import static io.amphora.transfer.spi.SpoolFolder.bytes;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.ExporterSettings;
import io.amphora.transfer.spi.FileRefusedException;
import io.amphora.transfer.spi.Selector;
import io.amphora.transfer.spi.SpoolFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class LocalExporterTest {

    private static final TransferId ID = new TransferId("../device", "f1");

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private SpoolFolder spool;
    private Path root;
    private LocalExporter exporter;

    @Before
    public void setUp() throws IOException {
        spool = new SpoolFolder(temporary.newFolder("spool").toPath());
        root = temporary.getRoot().toPath().resolve("a/b/exports");
        exporter = exporter(true);
    }

    private LocalExporter exporter(boolean link) throws IOException {
        return exporter(link, FreeSpace.ANY, Access.UNCHANGED);
    }

    private LocalExporter exporter(boolean link, FreeSpace space, Access access) throws IOException {
        Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05.678Z"), ZoneOffset.UTC);
        return new LocalExporter(new ExportDirectory(
                new ExporterSettings("main", Selector.parse(""), true),
                ExportRoot.open(root),
                new SpoolReader(link, space),
                access,
                clock));
    }

    @Test
    public void theFileLiesWhereTheProtocolSays() throws IOException {
        ExportedFile file = exporter.export(spool.request(ID, bytes(1, 10)));
        String key = ID.key().hex();
        assertEquals(
                root.resolve(key.substring(0, 2))
                        .resolve(key.substring(2, 4))
                        .resolve(key.substring(4))
                        .resolve("%2E.%2Fdevice/f1/file.bin"),
                Path.of(file.location()));
    }

    @Test
    public void theManifestTellsOfTheDeliveryAndWhatTheClientSaid() throws IOException {
        String meta = "{\"name\":\"\u4E2D.bin\",\"size\":99,\"user_data\":{\"\u00E9\":[1.00]}}";
        ExportRequest request = spool.request(ID, meta, bytes(1, 10));
        Path file = Path.of(exporter.export(request).location());
        assertEquals(
                "{\"client_id\":\"../device\",\"file_id\":\"f1\",\"name\":\"\u4E2D.bin\",\"size\":10,\"sha256\":\""
                        + request.file().sha256() + "\",\"delivered_at\":\"2026-01-02T03:04:05.678Z\",\"metadata\":"
                        + meta + "}\n",
                Files.readString(manifestOf(file)));
    }

    @Test
    public void permissionsAreThoseThatAreSet() throws IOException {
        exporter = exporter(false, FreeSpace.ANY, Access.of("", "", "rw-r-----"));
        Path file = Path.of(exporter.export(spool.request(ID, bytes(1, 10))).location());
        assertEquals("rw-r-----", permissions(file));
        assertEquals("rw-r-----", permissions(manifestOf(file)));
        for (Path folder = file.getParent(); !folder.equals(root); folder = folder.getParent()) {
            assertEquals(folder.toString(), "rwxr-x---", permissions(folder));
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    public void filesBelongToWhomIsSet() throws IOException {
        assumeTrue(
                "only root may give files away", System.getProperty("user.name").equals("root"));
        exporter = exporter(true, FreeSpace.ANY, Access.of("nobody", "nogroup", ""));
        Path file = Path.of(exporter.export(spool.request(ID, bytes(1, 10))).location());
        assertEquals("nobody", Files.getOwner(file).getName());
        assertEquals(
                "nogroup", Files.getAttribute(file.getParent(), "posix:group").toString());
    }

    @Test
    public void whatCannotBeSetIsRefusedNamingTheSetting() {
        for (String[] wrong : new String[][] {
            {"owner", "no such user", "", ""},
            {"group", "", "no such group", ""},
            {"permissions", "", "", "0644"},
            {"permissions", "", "", "r--r--r--"},
        }) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> Access.of(wrong[1], wrong[2], wrong[3]));
            assertTrue(e.getMessage(), e.getMessage().startsWith(wrong[0] + ": "));
        }
        assertThrows(IllegalArgumentException.class, () -> new FreeSpace(-1));
    }

    @Test
    public void nothingIsDeliveredBelowTheFloorOfFreeSpace() throws IOException {
        ExportRequest request = spool.request(ID, bytes(1, 10));
        for (boolean link : new boolean[] {true, false}) {
            exporter = exporter(link, new FreeSpace(Long.MAX_VALUE), Access.UNCHANGED);
            IOException e = assertThrows(IOException.class, () -> exporter.export(request));
            assertTrue(e.getMessage(), e.getMessage().startsWith("min_free_space: "));
        }
        exporter = exporter(true, new FreeSpace(1), Access.UNCHANGED);
        assertEquals(10, Files.size(Path.of(exporter.export(request).location())));
    }

    @Test
    public void theFileIsALinkToTheSpooledOne() throws IOException {
        ExportRequest request = spool.request(ID, bytes(1, 10));
        assertTrue(Files.isSameFile(
                request.file().path(), Path.of(exporter.export(request).location())));
    }

    @Test
    public void withoutLinkItIsACopy() throws IOException {
        ExportRequest request = spool.request(ID, bytes(1, 10));
        assertFalse(Files.isSameFile(
                request.file().path(), Path.of(exporter(false).export(request).location())));
    }

    @Test
    public void aSpooledFileThatIsLongerIsCopied() throws IOException {
        ExportRequest request = spool.request(ID, "{\"name\":\"a\"}", bytes(1, 10), 9);
        assertEquals(9, Files.size(Path.of(exporter.export(request).location())));
        assertEquals(10, Files.size(request.file().path()));
    }

    @Test
    public void aSpooledFileThatIsShorterFails() throws IOException {
        ExportRequest request = spool.request(ID, bytes(1, 10));
        Files.write(request.file().path(), bytes(1, 9));
        assertThrows(IOException.class, () -> exporter.export(request));
        assertEquals(List.of(root.resolve(Staging.NAME)), entries(root));
    }

    @Test
    public void theFileOfAnEarlierUploadWithAnotherNameStays() throws IOException {
        ExportedFile first = exporter.export(spool.request(ID, "{\"name\":\"monday\"}", bytes(1, 10)));
        ExportedFile second = exporter.export(spool.request(ID, "{\"name\":\"tuesday\"}", bytes(2, 10)));
        assertArrayEquals(bytes(1, 10), Files.readAllBytes(Path.of(first.location())));
        assertArrayEquals(bytes(2, 10), Files.readAllBytes(Path.of(second.location())));
    }

    @Test
    public void anEarlierFileIsNotReplacedByAManifest() throws IOException {
        ExportedFile first = exporter.export(spool.request(ID, "{\"name\":\"a.MANIFEST.json\"}", bytes(1, 10)));
        ExportRequest second = spool.request(ID, "{\"name\":\"a\"}", bytes(2, 10));
        assertThrows(FileRefusedException.class, () -> exporter.export(second));
        assertArrayEquals(bytes(1, 10), Files.readAllBytes(Path.of(first.location())));
    }

    @Test
    public void anEarlierManifestIsNotReplacedByAFile() throws IOException {
        Path first = Path.of(exporter.export(spool.request(ID, "{\"name\":\"a\"}", bytes(1, 10)))
                .location());
        String manifest = Files.readString(manifestOf(first));
        ExportRequest second = spool.request(ID, "{\"name\":\"a.MANIFEST.json\"}", bytes(2, 10));
        assertThrows(FileRefusedException.class, () -> exporter.export(second));
        assertEquals(manifest, Files.readString(manifestOf(first)));
    }

    @Test
    public void aFolderThatLostItsFilesIsFilledAgain() throws IOException {
        Path file = Path.of(exporter.export(spool.request(ID, bytes(1, 10))).location());
        Files.delete(file);
        Files.delete(manifestOf(file));
        Files.delete(file.getParent());
        exporter.export(spool.request(ID, bytes(1, 10)));
        assertTrue(Files.exists(file) && Files.exists(manifestOf(file)));
    }

    @Test
    public void aRootThatWasClearedByHandIsFilledAgain() throws IOException {
        Path file = Path.of(exporter.export(spool.request(ID, bytes(1, 10))).location());
        Tree.delete(root.resolve(ID.key().hex().substring(0, 2)));
        exporter.export(spool.request(ID, bytes(1, 10)));
        assertTrue(Files.exists(file) && Files.exists(manifestOf(file)));
    }

    @Test
    public void deletingRemovesManifestAndEmptyFolders() throws IOException {
        exporter.delete(exporter.export(spool.request(ID, bytes(1, 10))));
        assertEquals(List.of(root.resolve(Staging.NAME)), entries(root));
    }

    @Test
    public void deletingKeepsWhatElseIsInTheFolder() throws IOException {
        ExportedFile first = exporter.export(spool.request(ID, "{\"name\":\"monday\"}", bytes(1, 10)));
        ExportedFile second = exporter.export(spool.request(ID, "{\"name\":\"tuesday\"}", bytes(2, 10)));
        exporter.delete(first);
        assertTrue(Files.exists(manifestOf(Path.of(second.location()))));
    }

    @Test
    public void filesUnderAnEarlierRootAreStillFound() throws IOException {
        ExportedFile file = exporter.export(spool.request(ID, bytes(1, 10)));
        root = temporary.getRoot().toPath().resolve("moved");
        exporter(true).delete(file);
        assertFalse(Files.exists(Path.of(file.location())));
    }

    @Test
    public void placesThatTheExporterDoesNotGiveAreRefused() throws IOException {
        Path precious = temporary.newFile("precious").toPath();
        Path file = Path.of(exporter.export(spool.request(ID, bytes(1, 10))).location());
        for (URI location : List.of(
                precious.toUri(),
                URI.create(file.toUri() + "/../../../precious"),
                URI.create("file:/"),
                URI.create("s3://bucket/key"),
                URI.create("relative"))) {
            ExportedFile forged = new ExportedFile(ID, "main", location, 10, ID.key());
            assertThrows(location.toString(), IOException.class, () -> exporter.delete(forged));
        }
        assertTrue(Files.exists(precious) && Files.exists(file));
    }

    static Path manifestOf(Path file) {
        return file.resolveSibling(file.getFileName() + Manifest.SUFFIX);
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }
}
