// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.FileMeta;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.TransferId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class WriteBackTest {

    private static final TransferId ID = new TransferId("client", "file");
    private static final int MIB = 1 << 20;
    private static final int SIZE = 40 * MIB;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Spool spool;
    private SpoolEntry entry;
    private Path data;

    @Before
    public void begin() throws Exception {
        Path root = folder.getRoot().toPath();
        spool = Spool.open(
                root,
                Durability.OS,
                new SpoolLimits(Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, 8),
                Clock.systemUTC());
        entry = spool.create(ID, FileMeta.parse("{\"name\":\"n\"}".getBytes(StandardCharsets.UTF_8)));
        SpoolPaths paths = new SpoolPaths(root);
        data = paths.dataOf(paths.journal(ID));
    }

    @After
    public void close() {
        spool.close();
    }

    @Test
    public void aFileThatIsWrittenBackWhileItGrowsIsWholeAtItsFin() throws IOException {
        store(0, SIZE);
        entry.acceptFin(SIZE, entry.digest(SIZE));

        assertTrue(entry.isSettled());
        assertEquals(SIZE, Files.size(data));
    }

    @Test
    public void whatCouldNotBeWrittenBackIsMissing() throws IOException {
        loseTheDataFile();
        Sha256 digest = entry.digest(SIZE);

        assertThrows(IOException.class, () -> entry.acceptFin(SIZE, digest));
        assertEquals(List.of(new ByteRange(0, SIZE)), entry.missing(SIZE, 10));
        assertEquals(0, entry.received(10).size());
        assertTrue(entry.isSettled());
    }

    @Test
    public void itIsMissingAfterARestartToo() throws Exception {
        loseTheDataFile();
        Sha256 digest = entry.digest(SIZE);
        assertThrows(IOException.class, () -> entry.acceptFin(SIZE, digest));
        entry.close();

        entry = spool.find(ID).orElseThrow();
        assertEquals(List.of(), entry.received(10));
        entry.store(List.of(new Segment(0, ByteBuffer.wrap(new byte[] {1, 2, 3}))));
        assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(data));
    }

    /** Opening it for the sync in the background fails then. */
    private void loseTheDataFile() throws IOException {
        store(0, MIB);
        Files.delete(data);
        store(MIB, SIZE);
    }

    private void store(int from, int to) throws IOException {
        for (int at = from; at < to; at += MIB) {
            entry.store(List.of(new Segment(at, ByteBuffer.allocate(MIB))));
        }
    }
}
