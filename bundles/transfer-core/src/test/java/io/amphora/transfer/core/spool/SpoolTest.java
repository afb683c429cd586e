// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.FileMeta;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.Delivery;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class SpoolTest {

    private static final TransferId ID = new TransferId("client", "file");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Durability durability = Durability.FSYNC;
    private Spool spool;
    private SpoolEntry entry;

    @Before
    public void begin() throws Exception {
        spool = open();
        entry = spool.create(ID, meta());
    }

    @After
    public void close() {
        spool.close();
    }

    @Test
    public void laterBytesWin() throws IOException {
        store(0, "aaaa", 2, "bbbb", 1, "c");

        assertEquals("acbbbb", content());
        assertEquals(sha256("acbbbb"), entry.digest(6));
    }

    @Test
    public void whatIsHeldAlreadyIsNotWrittenAgain() throws IOException {
        store(0, "abcdef");
        FileTime longAgo = FileTime.fromMillis(1_000);
        Files.setLastModifiedTime(data(), longAgo);
        long used = spool.space().used();

        store(0, "abcdef", 2, "cd");

        assertEquals(longAgo, Files.getLastModifiedTime(data()));
        assertEquals(used, spool.space().used());
    }

    @Test
    public void aSegmentThatGoesOnBeyondWhatIsHeldKeepsTheDigest() throws IOException {
        store(0, "abcd", 2, "cdef");

        assertEquals("abcdef", content());
        assertFalse(entry.isDigestBehind());
    }

    @Test
    public void everythingIsThereAfterReopening() throws IOException {
        store(4, "efgh", 0, "ab");
        reopen();

        assertEquals(List.of(new ByteRange(0, 2), new ByteRange(4, 8)), entry.received(10));
        assertEquals(List.of(new ByteRange(2, 4), new ByteRange(8, 9)), entry.missing(9, 10));
        store(2, "cd");
        assertEquals(sha256("abcdefgh"), entry.digest(8));
    }

    @Test
    public void theSpoolCountsWhatItHoldsTheSameAfterReopening() throws IOException {
        store(0, "abcd", 100, "xyz", 2, "zz");
        long used = spool.space().used();
        reopen();
        scan();

        assertEquals(used, spool.space().used());
        entry.delete();
        assertEquals(0, spool.space().used());
    }

    @Test
    public void aDeliveryThatWasBegunIsFoundAgain() throws IOException {
        store(0, "abc");
        entry.acceptFin(3, entry.digest(3));
        reopen();

        assertEquals(List.of(ID), scan());
        assertTrue(entry.isExporting());
        assertEquals(sha256("abc"), entry.spooledFile().sha256());
    }

    @Test
    public void aFailedFinThaws() throws IOException {
        store(0, "abc");
        entry.acceptFin(3, entry.digest(3));
        entry.failFin();
        reopen();

        assertFalse(entry.isExporting());
        assertTrue(entry.fin().isEmpty());
    }

    @Test
    public void whatOneExporterHasStaysFrozen() throws IOException {
        store(0, "abc");
        entry.acceptFin(3, entry.digest(3));
        entry.noteExported("one", java.net.URI.create("file:///x"));
        entry.failFin();
        reopen();

        assertFalse(entry.isExporting());
        assertTrue(entry.fin().isPresent());
        assertEquals(1, entry.exported().size());
    }

    @Test
    public void bytesThatAnExporterLinkedToAreNotWrittenToAfterAFailedFin() throws IOException {
        store(0, "abc");
        entry.acceptFin(3, entry.digest(3));
        Path linked = folder.getRoot().toPath().resolve("linked");
        Files.createLink(linked, data());
        entry.failFin();
        store(0, "xyz");

        assertEquals("abc", Files.readString(linked));
        assertEquals("xyz", content());
    }

    @Test
    public void deliveredLeavesNoData() throws IOException {
        store(0, "abc");
        entry.acceptFin(3, entry.digest(3));
        entry.deliver(List.of(), java.time.Instant.ofEpochMilli(5));
        reopen();

        assertEquals(
                java.time.Instant.ofEpochMilli(5),
                entry.delivery().orElseThrow().deliveredAt());
        assertFalse(Files.exists(data()));
    }

    @Test
    public void segmentsAreVerifiedAfterTheMachineStopped() throws IOException {
        store(0, "abcd", 4, "efgh", 8, "ijkl");
        Files.writeString(data(), "abcdEfghijkl");
        machineStops();

        assertEquals(List.of(new ByteRange(0, 4), new ByteRange(8, 12)), entry.received(10));
        store(4, "efgh");
        assertEquals(sha256("abcdefghijkl"), entry.digest(12));
    }

    @Test
    public void aSegmentThatWasPartlyOverwrittenCannotBeVerified() throws IOException {
        durability = Durability.OS;
        reopen();
        store(0, "abcd", 2, "XX");
        machineStops();

        assertEquals(List.of(new ByteRange(2, 4)), entry.received(10));
    }

    @Test
    public void whatWasSyncedCountsThoughItWasPartlyOverwritten() throws IOException {
        store(0, "abcd", 2, "XX");
        durability = Durability.OS;
        reopen();
        store(10, "abcd", 12, "XX");
        machineStops();

        assertEquals(List.of(new ByteRange(0, 4), new ByteRange(12, 14)), entry.received(10));
    }

    @Test
    public void whatLiesBehindATornEntryDoesNotComeBack() throws IOException {
        store(0, "abcd");
        long torn = Files.size(journal());
        store(4, "efgh");
        store(8, "ijkl");
        byte[] bytes = Files.readAllBytes(journal());
        bytes[(int) torn + 20]++;
        Files.write(journal(), bytes);
        reopen();
        store(100, "mnop"); // as long as the torn one
        reopen();

        assertEquals(List.of(new ByteRange(0, 4), new ByteRange(100, 104)), entry.received(10));
    }

    private void machineStops() throws IOException {
        spool.close();
        Files.writeString(folder.getRoot().toPath().resolve("spool/boot"), "another-boot\n0\n");
        Files.setLastModifiedTime(journal(), FileTime.fromMillis(System.currentTimeMillis() - 5_000));
        spool = open();
        entry = spool.find(ID).orElseThrow();
    }

    @Test
    public void noMoreFilesStayOpenThanMay() throws Exception {
        for (int i = 0; i < 50; i++) {
            SpoolEntry one = spool.create(new TransferId("client", "f" + i), meta());
            one.store(List.of(segment(0, "x")));
        }

        assertEquals(8, spool.openFiles());
    }

    @Test
    public void hostileIdentifiersStayInTheSpool() throws Exception {
        for (String hostile : List.of(".", "../..", "/etc/passwd", "🌚", "x".repeat(65_000))) {
            spool.create(new TransferId(hostile, hostile), meta()).store(List.of(segment(0, "x")));
            assertTrue(spool.find(new TransferId(hostile, hostile)).isPresent());
        }
        try (Stream<Path> all = Files.walk(folder.getRoot().toPath())) {
            assertEquals(
                    12,
                    all.filter(path -> path.toString().matches(".*/[0-9a-f]{2}/[0-9a-f]{64}\\.(data|journal)"))
                                    .count()
                            + 1);
        }
    }

    @Test
    public void dataOfADeletedTransferThatACrashLeftIsNotPartOfTheNext() throws Exception {
        store(0, "old bytes");
        spool.close();
        Files.delete(journal());
        spool = open();
        entry = spool.create(ID, meta());
        store(0, "new");

        assertEquals("new", content());
    }

    @Test
    public void leftoversOfCrashesAreCollected() throws IOException {
        store(0, "old bytes");
        spool.close();
        Files.delete(journal());
        spool = open();
        FileTime soon = FileTime.fromMillis(System.currentTimeMillis() + 10_000);
        spool.forEachIdleSince(soon, soon, (id, meta, lastWritten) -> {});

        assertFalse(Files.exists(data()));
    }

    @Test
    public void aJournalThatCannotBeReadKeepsNobodyElseFromTheSpool() throws IOException {
        store(0, "abc");
        entry.acceptFin(3, entry.digest(3));
        ByteBuffer later =
                ByteBuffer.allocate(9).putInt(1).putInt(TransferJournal.crc(ByteBuffer.wrap(new byte[] {99})));
        Files.write(
                journal().resolveSibling("0".repeat(64) + ".journal"),
                later.put((byte) 99).array());
        reopen();

        assertEquals(List.of(ID), scan());
    }

    private void store(Object... offsetsAndBytes) throws IOException {
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < offsetsAndBytes.length; i += 2) {
            segments.add(segment((Integer) offsetsAndBytes[i], (String) offsetsAndBytes[i + 1]));
        }
        entry.store(segments);
    }

    private static Segment segment(long offset, String bytes) {
        return new Segment(offset, ByteBuffer.wrap(bytes.getBytes(StandardCharsets.UTF_8)));
    }

    private String content() throws IOException {
        return Files.readString(data());
    }

    private Path data() {
        return new SpoolPaths(spoolRoot()).dataOf(journal());
    }

    private Path journal() {
        return new SpoolPaths(spoolRoot()).journal(ID);
    }

    private Path spoolRoot() {
        return folder.getRoot().toPath().resolve("spool");
    }

    private Spool open() throws IOException {
        return Spool.open(
                spoolRoot(),
                durability,
                new SpoolLimits(Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, 8),
                Clock.systemUTC());
    }

    private void reopen() throws IOException {
        spool.close();
        spool = open();
        entry = spool.find(ID).orElseThrow();
    }

    /** Transfers whose delivery was interrupted. */
    private List<TransferId> scan() throws IOException {
        List<TransferId> found = new ArrayList<>();
        spool.scan(new Spool.Findings() {
            @Override
            public void interrupted(TransferId id) {
                found.add(id);
            }

            @Override
            public void delivered(Delivery delivery) {}
        });
        return found;
    }

    private static FileMeta meta() throws IOException {
        try {
            return FileMeta.parse("{\"name\":\"n\"}".getBytes(StandardCharsets.UTF_8));
        } catch (io.amphora.transfer.InvalidFileMetaException e) {
            throw new IOException(e);
        }
    }

    private static Sha256 sha256(String bytes) {
        return Sha256.digestOf(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    public void theDigestIsTheSameHoweverTheBytesCame() throws IOException {
        byte[] bytes = new byte[100_000];
        new java.util.Random(1).nextBytes(bytes);
        List<Segment> backwards = new ArrayList<>();
        for (int offset = 90_000; offset >= 0; offset -= 10_000) {
            backwards.add(new Segment(offset, ByteBuffer.wrap(bytes, offset, 10_000)));
        }
        entry.store(backwards);

        assertArrayEquals(
                Sha256.digestOf(ByteBuffer.wrap(bytes)).bytes(),
                entry.digest(100_000).bytes());
    }
}
