// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import io.amphora.transfer.spi.Exporter;
import io.amphora.transfer.spi.ExporterContract;
import io.amphora.transfer.spi.ExporterSettings;
import io.amphora.transfer.spi.Selector;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Assert;

/** The contract for an exporter into a directory; what is staged is gone after each test. */
abstract class LocalExporterContract extends ExporterContract {

    private Path root;

    abstract Path newRoot() throws IOException;

    /** After a test; what lies in the temporary folder goes by itself. */
    void removeRoot() throws IOException {}

    boolean link() {
        return true;
    }

    @Override
    protected final Exporter newExporter() throws IOException {
        root = newRoot();
        return exporterInto(root, link());
    }

    /** A directory gives no checksum. */
    @Override
    protected final Optional<Exporter> exporterThatFinds(Damage damage) throws IOException {
        if (damage == Damage.CHANGED) {
            return Optional.empty();
        }
        return Optional.of(exporterInto(root, (file, target) -> {
            new SpoolReader(link(), FreeSpace.ANY).bring(file, target);
            Files.write(target, damage.of(Files.readAllBytes(target)));
        }));
    }

    static LocalExporter exporterInto(Path root, boolean link) throws IOException {
        return exporterInto(root, new SpoolReader(link, FreeSpace.ANY));
    }

    static LocalExporter exporterInto(Path root, SpoolAccess spool) throws IOException {
        return new LocalExporter(new ExportDirectory(
                new ExporterSettings("test", Selector.parse(""), true),
                ExportRoot.open(root),
                spool,
                Access.UNCHANGED,
                Clock.systemUTC()));
    }

    @Override
    protected final List<URI> delivered() throws IOException {
        return files(root).map(Path::toUri).toList();
    }

    final Path root() {
        return root;
    }

    static Stream<Path> files(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all
                    .filter(Files::isRegularFile)
                    .filter(path -> !path.startsWith(root.resolve(Staging.NAME)))
                    .filter(path -> !path.getFileName().toString().endsWith(Manifest.SUFFIX))
                    .toList()
                    .stream();
        }
    }

    @After
    public final void nothingStaysBehindInStaging() throws IOException {
        if (root != null) {
            try (Stream<Path> staged = Files.list(root.resolve(Staging.NAME))) {
                Assert.assertEquals(List.of(), staged.toList());
            } finally {
                removeRoot();
            }
        }
    }
}
