// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.SpoolFolder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class StagingTest {

    private static final TransferId ID = new TransferId("c", "f");

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private SpoolFolder spool;
    private Path directory;
    private Staging staging;

    @Before
    public void setUp() throws IOException {
        spool = new SpoolFolder(temporary.newFolder("spool").toPath());
        directory = temporary.newFolder("staging").toPath();
        staging = new Staging(
                directory,
                new SpoolReader(false, FreeSpace.ANY),
                DirectorySync.onAny(),
                Access.UNCHANGED,
                Clock.systemUTC());
    }

    @Test
    public void leftoversOfAnEarlierProcessAreRemoved() throws IOException {
        stage();
        stage();
        staging.removeLeftovers(Instant.now().plusSeconds(60));
        assertEquals(List.of(), staged());
    }

    @Test
    public void whatThisProcessIsAtStays() throws IOException {
        Instant start = Instant.now().minusSeconds(60);
        StagedFile mine = stage();
        staging.removeLeftovers(start);
        assertTrue(Files.exists(mine.content()) && Files.exists(mine.manifest()));
        mine.close();
        assertEquals(List.of(), staged());
    }

    @Test
    public void oneThatWasTakenForALeftoverDoesNotAppear() throws IOException {
        Path root = temporary.newFolder("root").toPath();
        Shards shards = new Shards(root, DirectorySync.onAny(), Access.UNCHANGED);
        try (StagedFile mine = stage()) {
            staging.removeLeftovers(Instant.now().plusSeconds(60));
            Publication publication = new Publication(root, shards, DirectorySync.onAny());
            assertThrows(IOException.class, () -> publication.publish(mine));
        }
    }

    @Test(timeout = 60_000)
    public void anInterruptAmidACopyLeavesNothing() throws Exception {
        ExportRequest request = spool.request(ID, new byte[0]);
        long size = 2L << 30;
        try (RandomAccessFile data = new RandomAccessFile(request.file().path().toFile(), "rw")) {
            data.setLength(size);
        }
        ExportRequest large = new ExportRequest(
                ID,
                request.meta(),
                new io.amphora.transfer.spi.SpooledFile(
                        request.file().path(), size, request.file().sha256()));
        FutureTask<StagedFile> copying = new FutureTask<>(() -> staging.stage(large, DeliveryPath.of(ID)));
        Thread thread = new Thread(copying);
        thread.start();
        while (staged().isEmpty()) {
            Thread.onSpinWait();
        }
        thread.interrupt();
        ExecutionException e = assertThrows(ExecutionException.class, copying::get);
        assertTrue(e.toString(), e.getCause() instanceof IOException);
        assertEquals(List.of(), staged());
    }

    private StagedFile stage() throws IOException {
        return staging.stage(spool.request(ID, new byte[10]), DeliveryPath.of(ID));
    }

    private List<Path> staged() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }
}
