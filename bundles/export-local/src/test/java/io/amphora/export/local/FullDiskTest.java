// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import static io.amphora.transfer.spi.SpoolFolder.bytes;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.ExporterSettings;
import io.amphora.transfer.spi.Selector;
import io.amphora.transfer.spi.SmallDisk;
import io.amphora.transfer.spi.SpoolFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The disk that files are delivered to fills up, whichever write comes to feel it, and has room again later. */
public class FullDiskTest {

    private static final int SIZE = 30_000;

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    @Rule
    public final SmallDisk disk = SmallDisk.ofMebibytes(4);

    private SpoolFolder spool;
    private LocalExporter exporter;

    @Before
    public void setUp() throws IOException {
        spool = new SpoolFolder(temporary.newFolder("spool").toPath());
        exporter = new LocalExporter(new ExportDirectory(
                new ExporterSettings("main", Selector.parse(""), true),
                ExportRoot.open(root()),
                new SpoolReader(true, FreeSpace.ANY),
                Access.UNCHANGED,
                Clock.systemUTC()));
    }

    private Path root() {
        return disk.root().resolve("exports");
    }

    @Test
    public void whicheverWriteFailsNothingHalfWrittenIsSeenAndTheNextAttemptSucceeds() throws IOException {
        int failures = 0;
        for (int blocksLeft = 0; blocksLeft < 14; blocksLeft++) {
            ExportRequest request = spool.request(new TransferId("device", "f" + blocksLeft), bytes(blocksLeft, SIZE));
            int before = files().size();
            disk.fill(blocksLeft);
            boolean failed = fails(request);
            assertEquals(failed ? before : before + 2, files().size());
            disk.free();
            assertHolds(exporter.export(request), bytes(blocksLeft, SIZE));
            failures += failed ? 1 : 0;
        }
        assertTrue("failed " + failures + " times", failures > 5);
        assertEquals(2 * 14, files().size());
    }

    @Test
    public void whatWasDeliveredStaysWholeWhenItsSuccessorFindsNoRoom() throws IOException {
        TransferId id = new TransferId("device", "f");
        ExportedFile first = exporter.export(spool.request(id, bytes(1, SIZE)));
        ExportRequest second = spool.request(id, bytes(2, SIZE));
        for (int blocksLeft = 0; blocksLeft < 6; blocksLeft++) {
            disk.fill(blocksLeft);
            assertTrue(fails(second));
            assertHolds(first, bytes(1, SIZE));
        }
        disk.free();
        assertHolds(exporter.export(second), bytes(2, SIZE));
        assertEquals(2, files().size());
    }

    private boolean fails(ExportRequest request) {
        try {
            exporter.export(request);
            return false;
        } catch (IOException e) {
            assertTrue(e.toString(), String.valueOf(e.getMessage()).contains("No space left"));
            return true;
        }
    }

    private static void assertHolds(ExportedFile file, byte[] content) throws IOException {
        assertArrayEquals(content, Files.readAllBytes(Path.of(file.location())));
    }

    /** Delivered files and their manifests, and whatever was left where they are put together. */
    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(root())) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
