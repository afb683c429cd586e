// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import static io.amphora.transfer.spi.SpoolFolder.bytes;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.SpoolFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The configuration changes while the exporter is in use. */
public class ReconfigurationTest {

    private static final int CHANGES = 200;

    private static final Map<String, Object> PID =
            Map.of("service.pid", LocalExporter.PID + "~main", "service.factoryPid", LocalExporter.PID);

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private SpoolFolder spool;
    private LocalExporter exporter;

    @Before
    public void start() throws IOException {
        spool = new SpoolFolder(temporary.newFolder("spool").toPath());
        exporter = new LocalExporter(properties(Map.of("root", root("first").toString())));
    }

    private Path root(String name) {
        return temporary.getRoot().toPath().resolve(name);
    }

    private static Map<String, Object> properties(Map<String, Object> settings) {
        Map<String, Object> properties = new HashMap<>(PID);
        properties.putAll(settings);
        return properties;
    }

    private void change(Map<String, Object> settings) {
        exporter.modified(properties(settings));
    }

    private ExportRequest request(String fileId) throws IOException {
        return spool.request(new TransferId("device", fileId), bytes(1, 10));
    }

    @Test
    public void whatIsSetCountsFromThenOn() throws IOException {
        ExportRequest request = request("f");
        change(Map.of(
                "root",
                root("second").toString(),
                "exporter.name",
                "other",
                "selector",
                "(name=*.mp4)",
                "required",
                false));
        assertEquals("other", exporter.name());
        assertFalse(exporter.required());
        assertFalse(exporter.accepts(request.id(), request.meta(), 10));
        ExportedFile file = exporter.export(request);
        assertEquals("other", file.exporter());
        assertTrue(Path.of(file.location()).startsWith(root("second")));
    }

    @Test
    public void aChangeThatCannotBeLeavesTheSettingsOfBefore() throws IOException {
        Files.writeString(root("a file"), "");
        refused("root", Map.of("root", root("a file").toString(), "exporter.name", "other"));
        refused("root", Map.of("root", " "));
        refused("selector", Map.of("root", root("second").toString(), "selector", "((("));
        refused("owner", Map.of("root", root("second").toString(), "owner", "no such user"));
        assertEquals("main", exporter.name());
        assertTrue(Path.of(exporter.export(request("f")).location()).startsWith(root("first")));

        change(Map.of("root", root("second").toString()));
        assertEquals(Optional.empty(), exporter.refusedChange());
        assertTrue(Path.of(exporter.export(request("g")).location()).startsWith(root("second")));
    }

    private void refused(String key, Map<String, Object> settings) {
        change(settings);
        String why = exporter.refusedChange().orElseThrow().why();
        assertTrue(why, why.startsWith("not changed: " + LocalExporter.PID + "~main: " + key + ": "));
    }

    @Test
    public void atTheStartSuchSettingsKeepItDown() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new LocalExporter(properties(Map.of("root", "x", "selector", "((("))));
    }

    @Test
    public void filesThatArriveMeanwhileAreInOneOfTheRoots() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Future<Integer> exported = thread.submit(() -> {
            int count = 0;
            while (!over.get()) {
                exporter.export(request("f" + count++));
            }
            return count;
        });
        for (int i = 0; i < CHANGES; i++) {
            change(Map.of("root", root("root-" + i / 2 % 2).toString())); // every other time the one in use
            assertEquals(Optional.empty(), exporter.refusedChange());
        }
        over.set(true);
        int count = exported.get(60, TimeUnit.SECONDS);
        int found = 0;
        for (String root : new String[] {"first", "root-0", "root-1"}) {
            found += (int) LocalExporterContract.files(root(root)).count();
        }
        assertEquals(count, found);
        thread.shutdown();
    }
}
