// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.export;

import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.Exporter;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class ExportersTest {

    private static final Exporter LEFT = new Named("left");
    private static final Exporter RIGHT = new Named("right / 右\n");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void nobodyIsWaitedForAtFirst() throws IOException {
        assertTrue(isComplete(started()));
    }

    @Test
    public void afterARestartAllOfBeforeAreWaitedFor() throws IOException {
        started(LEFT, RIGHT);
        Exporters exporters = started();
        AtomicBoolean complete = new AtomicBoolean();
        exporters.whenComplete(() -> complete.set(true));

        exporters.add(LEFT);
        assertFalse(complete.get());
        exporters.add(RIGHT);
        assertTrue(complete.get());
    }

    @Test
    public void theyAreWaitedForSomeTimeOnly() throws IOException {
        started(LEFT, RIGHT);
        Exporters exporters = started(LEFT);
        AtomicBoolean complete = new AtomicBoolean();
        exporters.whenComplete(() -> complete.set(true));
        assertFalse(complete.get());

        exporters.forgetAbsent();

        assertTrue(complete.get());
        assertTrue(isComplete(started(LEFT)));
    }

    @Test
    public void oneThatGoesWithTheProcessIsWaitedFor() throws IOException {
        Exporters exporters = started(LEFT, RIGHT);
        exporters.remove(RIGHT);
        exporters.forgetAbsent();

        assertFalse(isComplete(started(LEFT)));
    }

    @Test
    public void oneThatWasRemovedLongBeforeIsNot() throws IOException {
        Exporters exporters = started(LEFT, RIGHT);
        exporters.remove(RIGHT);
        exporters.forgetAbsent();
        exporters.forgetAbsent();

        assertTrue(isComplete(started(LEFT)));
    }

    private Exporters started(Exporter... present) throws IOException {
        Path file = folder.getRoot().toPath().resolve("exporters");
        Exporters exporters = new Exporters();
        exporters.remember(file);
        for (Exporter exporter : present) {
            exporters.add(exporter);
        }
        return exporters;
    }

    private static boolean isComplete(Exporters exporters) {
        AtomicBoolean complete = new AtomicBoolean();
        exporters.whenComplete(() -> complete.set(true));
        return complete.get();
    }

    /** Has a name and no more. */
    private record Named(String name) implements Exporter {

        @Override
        public boolean accepts(TransferId id, FileMeta meta, long size) {
            return true;
        }

        @Override
        public ExportedFile export(ExportRequest request) {
            throw new AssertionError("not asked to");
        }

        @Override
        public Optional<URI> link(ExportedFile file, Duration valid) {
            throw new AssertionError("not asked to");
        }

        @Override
        public InputStream open(ExportedFile file, ByteRange range) {
            throw new AssertionError("not asked to");
        }

        @Override
        public void delete(ExportedFile file) {
            throw new AssertionError("not asked to");
        }
    }
}
