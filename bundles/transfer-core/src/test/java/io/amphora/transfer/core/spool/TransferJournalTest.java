// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.core.spool.JournalEntry.Begun;
import io.amphora.transfer.core.spool.JournalEntry.Delivered;
import io.amphora.transfer.core.spool.JournalEntry.Exported;
import io.amphora.transfer.core.spool.JournalEntry.FinAccepted;
import io.amphora.transfer.core.spool.JournalEntry.FinFailed;
import io.amphora.transfer.core.spool.JournalEntry.Lost;
import io.amphora.transfer.core.spool.JournalEntry.Stored;
import io.amphora.transfer.core.spool.JournalEntry.Verified;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class TransferJournalTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path path;
    private List<JournalEntry> entries;

    @Before
    public void everyKindOfEntry() throws Exception {
        path = folder.newFile("one.journal").toPath();
        FileMeta meta = FileMeta.parse(
                "{\"name\":\"中文.txt\",\"size\":7,\"user_data\":{\"a\":[1,2.50]}}".getBytes(StandardCharsets.UTF_8));
        entries = List.of(
                new Begun(new TransferId("camera/1 🌚", "f1"), meta),
                new Stored(0, 4096, 0x1234_5678),
                new Stored(1L << 40, 1, -1),
                new Lost(0, 17),
                new Verified(),
                new FinAccepted(7, Sha256.digestOf(ByteBuffer.wrap(new byte[7]))),
                new FinFailed(),
                new Exported("main", URI.create("file:///exports/a%20b")),
                new Delivered(1_700_000_000_000L));
    }

    @Test
    public void whatIsAppendedIsRead() throws IOException {
        appendAll();

        assertEquals(entries, readAll());
    }

    @Test
    public void cutAtEveryByteTheWholeEntriesRemain() throws IOException {
        List<Long> ends = appendAll();
        byte[] whole = Files.readAllBytes(path);
        for (int length = 0; length < whole.length; length++) {
            Files.write(path, java.util.Arrays.copyOf(whole, length));
            int cut = length;
            int left = (int) ends.stream().filter(end -> end <= cut).count();

            assertEquals("cut to " + length + " bytes", entries.subList(0, left), readAll());
        }
    }

    @Test
    public void everyFlippedBitEndsTheJournalThere() throws IOException {
        List<Long> ends = appendAll();
        byte[] whole = Files.readAllBytes(path);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(path, flipped);
            int at = bit / 8;
            int intact = (int) ends.stream().filter(end -> end <= at).count();

            assertEquals("bit " + bit, entries.subList(0, intact), readAll());
        }
    }

    @Test
    public void anAppendOverwritesATornTail() throws IOException {
        appendAll();
        Files.write(path, new byte[] {0, 0, 0, 40, 1, 2, 3}, StandardOpenOption.APPEND);
        try (FileChannel file = open()) {
            TransferJournal journal = TransferJournal.read(file, entry -> true);
            journal.append(file, List.of(new Verified()));
        }

        List<JournalEntry> all = readAll();
        assertEquals(entries.size() + 1, all.size());
        assertTrue(all.get(all.size() - 1) instanceof Verified);
    }

    @Test
    public void wholeEntriesBehindATornOneNeverCountAgain() throws IOException {
        entries = List.of(new Stored(0, 1, 1), new Stored(1, 1, 2), new Stored(2, 1, 3));
        long end = appendAll().get(0);
        byte[] torn = Files.readAllBytes(path);
        torn[(int) end + 4]++;
        Files.write(path, torn);
        try (FileChannel file = open()) {
            TransferJournal journal = TransferJournal.read(file, entry -> true);
            journal.append(file, List.of(new Lost(0, 1)));
        }

        assertEquals(List.of(entries.get(0), new Lost(0, 1)), readAll());
    }

    @Test
    public void anEntryMayBeLargerThanTheReadBuffer() throws Exception {
        String long65000 = "x".repeat(65_000);
        FileMeta meta = FileMeta.parse(
                ("{\"name\":\"n\",\"user_data\":\"" + "y".repeat(60_000) + "\"}").getBytes(StandardCharsets.UTF_8));
        entries = List.of(
                new Stored(1, 2, 3), new Begun(new TransferId(long65000, long65000), meta), new Stored(4, 5, 6));
        appendAll();

        assertEquals(entries, readAll());
    }

    @Test
    public void manyEntriesAreReadAcrossBuffers() throws IOException {
        List<JournalEntry> many = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            many.add(new Stored(i * 64L, 64, i));
        }
        entries = many;
        appendAll();

        assertEquals(entries, readAll());
    }

    /** Appends each entry by itself; returns where each ends. */
    private List<Long> appendAll() throws IOException {
        List<Long> ends = new ArrayList<>();
        TransferJournal journal = new TransferJournal();
        try (FileChannel file = open()) {
            for (JournalEntry entry : entries) {
                journal.append(file, List.of(entry));
                ends.add(journal.length());
            }
        }
        return ends;
    }

    private List<JournalEntry> readAll() throws IOException {
        List<JournalEntry> read = new ArrayList<>();
        try (FileChannel file = open()) {
            TransferJournal.read(file, read::add);
        }
        return read;
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
