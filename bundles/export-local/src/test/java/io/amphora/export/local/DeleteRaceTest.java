// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import static io.amphora.transfer.spi.SpoolFolder.bytes;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.SpoolFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Folders that one thread removes, since they are empty, while another is about to use them. */
public class DeleteRaceTest {

    private static final int ROUNDS = 100;

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private final ExecutorService pool = Executors.newFixedThreadPool(8);
    private SpoolFolder spool;
    private Path root;
    private LocalExporter exporter;

    @Before
    public void setUp() throws Exception {
        spool = new SpoolFolder(temporary.newFolder("spool").toPath());
        root = temporary.newFolder("exports").toPath();
        exporter = LocalExporterContract.exporterInto(root, true);
    }

    @Test(timeout = 120_000)
    public void deletesOfOneTransferDoNotBreakItsExports() throws Exception {
        ExportRequest request = spool.request(new TransferId("c", "f"), bytes(1, 100));
        ExportedFile file = exporter.export(request);
        run(List.of(
                () -> repeat(() -> exporter.export(request)),
                () -> repeat(() -> {
                    exporter.delete(file);
                    return null;
                })));
        exporter.export(request);
        assertEquals(
                List.of(Path.of(file.location())),
                LocalExporterContract.files(root).toList());
        assertTrue(Files.exists(LocalExporterTest.manifestOf(Path.of(file.location()))));
    }

    @Test(timeout = 120_000)
    public void deletesOfSomeTransfersDoNotBreakTheExportsOfOthers() throws Exception {
        run(IntStream.range(0, 8)
                .<Callable<Void>>mapToObj(thread -> () -> exportAndDelete("device-" + thread))
                .toList());
        assertEquals(List.of(), LocalExporterContract.files(root).toList());
    }

    private Void exportAndDelete(String clientId) throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            ExportRequest request = spool.request(new TransferId(clientId, "f" + i), bytes(i, 10));
            exporter.delete(exporter.export(request));
            Files.delete(request.file().path());
        }
        return null;
    }

    private static Void repeat(Callable<?> call) throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            call.call();
        }
        return null;
    }

    private void run(List<Callable<Void>> tasks) throws Exception {
        try {
            for (Future<Void> done : pool.invokeAll(tasks)) {
                done.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
