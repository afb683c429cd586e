// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import static io.amphora.transfer.spi.SpoolFolder.bytes;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.TransferId;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What every exporter does, whatever its destination. */
public abstract class ExporterContract {

    private static final TransferId ID = new TransferId("device-1", "f1");

    /** Where the spool's files and, if it likes, the exporter's are. */
    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private SpoolFolder spool;
    private Exporter exporter;

    /** An exporter whose destination is empty and which wants every file; asked once for each test. */
    protected abstract Exporter newExporter() throws IOException;

    /** Every complete file at the destination, but for what the exporter puts beside them. */
    protected abstract List<URI> delivered() throws IOException;

    /** What a destination may make of a file. */
    public enum Damage {
        /** Its last byte is missing. */
        TRUNCATED,
        /** A byte more than it has follows. */
        APPENDED,
        /** Its last byte is another. */
        CHANGED;

        /** Returns the file as it is then. */
        public byte[] of(byte[] file) {
            byte[] damaged = Arrays.copyOf(file, file.length + (this == APPENDED ? 1 : this == TRUNCATED ? -1 : 0));
            if (this == CHANGED) {
                damaged[file.length - 1] ^= 1;
            }
            return damaged;
        }
    }

    /**
     * Returns an exporter to the same destination, which from now on holds damaged files. Empty only for {@link
     * Damage#CHANGED}, if that destination gives no checksum.
     */
    protected abstract Optional<Exporter> exporterThatFinds(Damage damage) throws IOException;

    @Before
    public final void setUp() throws IOException {
        spool = new SpoolFolder(temporary.newFolder("spool").toPath());
        exporter = newExporter();
    }

    /** The stand-in for the spool. */
    protected final SpoolFolder spool() {
        return spool;
    }

    /** The exporter of this test. */
    protected final Exporter exporter() {
        return exporter;
    }

    @Test
    public void deliversTheBytes() throws IOException {
        byte[] content = bytes(1, 3_000_000);
        ExportRequest request = spool.request(ID, content);
        ExportedFile file = exporter.export(request);
        assertEquals(ID, file.id());
        assertEquals(exporter.name(), file.exporter());
        assertEquals(content.length, file.size());
        assertEquals(request.file().sha256(), file.sha256());
        assertArrayEquals(content, read(file));
        assertEquals(List.of(file.location()), delivered());
    }

    @Test
    public void deliversAnEmptyFile() throws IOException {
        ExportedFile file = exporter.export(spool.request(ID, new byte[0]));
        assertEquals(0, read(file).length);
        assertEquals(List.of(file.location()), delivered());
    }

    @Test
    public void deliversNoMoreThanTheSize() throws IOException {
        byte[] content = bytes(1, 10_000);
        ExportedFile file = exporter.export(spool.request(ID, "{\"name\":\"a\"}", content, 4_097));
        assertArrayEquals(java.util.Arrays.copyOf(content, 4_097), read(file));
    }

    @Test
    public void theDeliveredFileOutlivesTheSpooledOne() throws IOException {
        ExportRequest request = spool.request(ID, bytes(1, 5_000));
        ExportedFile file = exporter.export(request);
        Files.delete(request.file().path());
        assertArrayEquals(bytes(1, 5_000), read(file));
    }

    @Test
    public void theSameTransferTwiceIsOneFile() throws IOException {
        ExportRequest request = spool.request(ID, bytes(1, 5_000));
        ExportedFile first = exporter.export(request);
        ExportedFile second = exporter.export(request);
        assertEquals(first, second);
        assertEquals(List.of(first.location()), delivered());
        assertArrayEquals(bytes(1, 5_000), read(second));
    }

    @Test
    public void aLaterDeliveryOfTheSameNameReplacesTheEarlierOne() throws IOException {
        exporter.export(spool.request(ID, bytes(1, 5_000)));
        ExportedFile second = exporter.export(spool.request(ID, bytes(2, 4_000)));
        assertEquals(List.of(second.location()), delivered());
        assertArrayEquals(bytes(2, 4_000), read(second));
    }

    @Test
    public void hostileIdsEachHaveAFileOfTheirOwn() throws IOException {
        List<ExportedFile> files = new ArrayList<>();
        for (TransferId id : HostileIds.all()) {
            files.add(exporter.export(spool.request(id, bytes(files.size(), 100))));
        }
        for (int i = 0; i < files.size(); i++) {
            assertArrayEquals(files.get(i).id().toString(), bytes(i, 100), read(files.get(i)));
        }
        assertEquals(files.size(), delivered().size());
        assertEquals(files.size(), new HashSet<>(delivered()).size());
    }

    @Test
    public void namesAndUserDataNeedNotBeAscii() throws IOException {
        Set<URI> locations = new HashSet<>();
        for (String name : List.of("146%", "\uD83C\uDF1A", "\u4E2D\u6587.txt", "a b+c?&#.bin", "n".repeat(240))) {
            String meta = "{\"name\":\"" + name + "\",\"user_data\":{\"\u00E9\":\"\u4E2D\u6587\"}}";
            ExportedFile file = exporter.export(spool.request(new TransferId("c", name), meta, bytes(1, 10)));
            assertArrayEquals(name, bytes(1, 10), read(file));
            locations.add(file.location());
        }
        assertEquals(5, locations.size());
        assertEquals(locations, new HashSet<>(delivered()));
    }

    @Test
    public void manyTransfersAtOnceAreDelivered() throws Exception {
        List<ExportedFile> files = atOnce(16, 200, i -> {
            TransferId id = new TransferId("device-" + i % 7, "f" + i);
            return exporter.export(spool.request(id, bytes(i, 1_000 + i)));
        });
        for (int i = 0; i < files.size(); i++) {
            assertArrayEquals(bytes(i, 1_000 + i), read(files.get(i)));
        }
        assertEquals(200, delivered().size());
    }

    @Test
    public void theSameTransferManyTimesAtOnceIsOneFile() throws Exception {
        ExportRequest request = spool.request(ID, bytes(1, 100_000));
        List<ExportedFile> files = atOnce(8, 40, i -> exporter.export(request));
        assertEquals(1, new HashSet<>(files).size());
        assertEquals(List.of(files.get(0).location()), delivered());
        assertArrayEquals(bytes(1, 100_000), read(files.get(0)));
    }

    @Test
    public void anInterruptEndsTheExportWithNothingDelivered() throws Exception {
        ExportRequest request = spool.request(ID, bytes(1, 2_000_000));
        Thread.currentThread().interrupt();
        try {
            assertThrows(IOException.class, () -> exporter.export(request));
        } finally {
            assertTrue(Thread.interrupted());
        }
        assertEquals(List.of(), delivered());
        assertArrayEquals(bytes(1, 2_000_000), read(exporter.export(request)));
    }

    @Test
    public void aSpooledFileThatIsGoneIsAFailure() throws IOException {
        ExportRequest request = spool.request(ID, bytes(1, 10));
        Files.delete(request.file().path());
        assertThrows(IOException.class, () -> exporter.export(request));
        assertEquals(List.of(), delivered());
    }

    @Test
    public void aFileThatTheDestinationDamagesIsAFailureAndLeavesNothing() throws IOException {
        for (Damage damage : Damage.values()) {
            Optional<Exporter> damaged = exporterThatFinds(damage);
            if (damaged.isEmpty()) {
                assertEquals("sizes are always compared", Damage.CHANGED, damage);
                continue;
            }
            ExportRequest request = spool.request(ID, bytes(1, 10_000));
            FileDamagedException e = assertThrows(damage.name(), FileDamagedException.class, () -> damaged.get()
                    .export(request));
            if (damage != Damage.CHANGED) {
                int held = damage.of(new byte[10_000]).length;
                assertTrue(e.getMessage(), e.getMessage().contains(held + " bytes, the file has 10000"));
            }
            assertEquals(damage.name(), List.of(), delivered());
        }
    }

    @Test
    public void opensRanges() throws IOException {
        byte[] content = bytes(1, 10_000);
        ExportedFile file = exporter.export(spool.request(ID, content));
        for (ByteRange range : List.of(
                new ByteRange(0, 1), new ByteRange(9_999, 10_000), new ByteRange(4_096, 8_193), new ByteRange(5, 5))) {
            try (InputStream in = exporter.open(file, range)) {
                byte[] expected = java.util.Arrays.copyOfRange(content, (int) range.start(), (int) range.end());
                assertArrayEquals(range.toString(), expected, in.readAllBytes());
            }
        }
    }

    @Test
    public void aDeletedFileIsGone() throws IOException {
        ExportedFile file = exporter.export(spool.request(ID, bytes(1, 10)));
        ExportedFile other = exporter.export(spool.request(new TransferId("device-1", "f2"), bytes(2, 10)));
        exporter.delete(file);
        assertThrows(NoSuchFileException.class, () -> read(file));
        assertEquals(List.of(other.location()), delivered());
        exporter.delete(file);
        assertArrayEquals(bytes(2, 10), read(other));
    }

    @Test
    public void aDeletedFileCanBeDeliveredAgain() throws IOException {
        ExportedFile file = exporter.export(spool.request(ID, bytes(1, 10)));
        exporter.delete(file);
        assertArrayEquals(bytes(3, 10), read(exporter.export(spool.request(ID, bytes(3, 10)))));
    }

    private byte[] read(ExportedFile file) throws IOException {
        try (InputStream in = exporter.open(file, new ByteRange(0, file.size()))) {
            return in.readAllBytes();
        }
    }

    /** What each call gave, in the order of its number. */
    protected static <T> List<T> atOnce(int threads, int calls, NumberedCall<T> call) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<T>> tasks = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                int number = i;
                tasks.add(() -> call.apply(number));
            }
            List<T> results = new ArrayList<>(Collections.emptyList());
            for (Future<T> result : pool.invokeAll(tasks)) {
                results.add(result.get());
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    /** One of several calls that run at once. */
    @FunctionalInterface
    protected interface NumberedCall<T> {
        T apply(int number) throws Exception;
    }
}
