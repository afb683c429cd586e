// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.container;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.DeliveredFiles;
import io.amphora.itests.UploadLoop.Acknowledged;
import io.amphora.itests.Waiting;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.Delivery;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.TransferCatalog;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What was acknowledged, compared with what is there. Immutable.
 *
 * @param roots where local exporters have delivered to
 * @param buckets where the S3 server keeps its buckets, if there is one
 */
record Ledger(TransferCatalog catalog, List<DeliveredFiles> roots, Path buckets) {

    /** Each file is wherever the catalog says, whole, and nothing is anywhere else. */
    void assertWhole(List<Acknowledged> files) throws Exception {
        Set<Path> expected = new TreeSet<>();
        for (Acknowledged file : files) {
            Set<String> exporters = new HashSet<>();
            for (ExportedFile export : delivery(file).exports()) {
                assertTrue("twice: " + export, exporters.add(export.exporter()));
                expected.add(assertHolds(export.location(), file));
            }
            assertTrue("nobody has " + file, !exporters.isEmpty());
        }
        assertEquals(expected, found());
    }

    private Path assertHolds(URI location, Acknowledged file) throws IOException {
        if (location.getScheme().equals("s3")) {
            Path object = buckets.resolve(location.getAuthority() + location.getPath());
            assertArrayEquals(object.toString(), file.file().bytes(), Files.readAllBytes(object));
            return object;
        }
        Path path = Path.of(location);
        DeliveredFiles root = rootOf(path);
        assertEquals(root.pathOf(file.file()), path);
        root.assertHolds(file.file());
        return path;
    }

    private DeliveredFiles rootOf(Path path) {
        return roots.stream()
                .filter(root -> path.startsWith(root.root()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("in no root: " + path));
    }

    private Set<Path> found() throws IOException {
        Set<Path> found = new TreeSet<>();
        for (DeliveredFiles root : roots) {
            found.addAll(root.all());
            assertEquals(List.of(), root.staged());
        }
        if (Files.isDirectory(buckets)) {
            try (Stream<Path> objects = Files.walk(buckets)) {
                objects.filter(Files::isRegularFile).forEach(found::add);
            }
        }
        return found;
    }

    /** The names of those that have a file. */
    Set<String> owners(Acknowledged file) throws Exception {
        return delivery(file).exports().stream().map(ExportedFile::exporter).collect(Collectors.toSet());
    }

    /** The catalog learns of a delivery a moment after the client. */
    private Delivery delivery(Acknowledged file) throws Exception {
        TransferId id = new TransferId(file.file().clientId(), file.file().fileId());
        Waiting.until("the catalog has " + id, () -> catalog.find(id).isPresent());
        return catalog.find(id).orElseThrow();
    }
}
