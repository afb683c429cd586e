// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.spi.SessionStore.Change;
import io.amphora.mqtt.spi.SessionStore.RecordKey;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What a log holds after it was closed, cut or cleaned. */
public final class SegmentedLogTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path directory;

    @Before
    public void choose() {
        directory = folder.getRoot().toPath().resolve("sessions");
    }

    private static RecordKey key(long number) {
        return new RecordKey(RecordKind.QUEUED, 7, number);
    }

    private static Change put(long number, String value) {
        return Change.put(key(number), value.getBytes(StandardCharsets.UTF_8));
    }

    private static void append(SegmentedLog log, Change... changes) throws IOException {
        log.append(List.of(Frame.encode(List.of(changes))));
    }

    private static Map<Long, String> contents(SegmentedLog log) throws IOException {
        Map<Long, String> contents = new HashMap<>();
        log.read((key, value) ->
                contents.put(key.number(), StandardCharsets.UTF_8.decode(value).toString()));
        return contents;
    }

    private SegmentedLog open(long segmentBytes) throws IOException {
        return new SegmentedLog(directory, segmentBytes, false);
    }

    @Test
    public void theLastChangeCountsAlsoAfterAReopening() throws Exception {
        try (SegmentedLog log = open(1 << 20)) {
            append(log, put(1, "a"), put(2, "b"));
            append(log, put(1, "c"), Change.remove(key(2)), put(3, ""));
            assertEquals(Map.of(1L, "c", 3L, ""), contents(log));
        }
        try (SegmentedLog log = open(1 << 20)) {
            assertEquals(Map.of(1L, "c", 3L, ""), contents(log));
            assertEquals(2, log.records());
        }
    }

    @Test
    public void whereverTheFileIsCutWholeFramesRemain() throws Exception {
        List<Long> ends = new ArrayList<>();
        try (SegmentedLog log = open(1 << 20)) {
            ends.add(log.length());
            for (long i = 1; i <= 4; i++) {
                append(log, put(i, "value " + i), put(i + 10, "with " + i));
                ends.add(log.length());
            }
        }
        Path file = Segment.path(directory, 0);
        byte[] whole = Files.readAllBytes(file);
        for (int cut = 0; cut <= whole.length; cut++) {
            Files.write(file, Arrays.copyOf(whole, cut));
            long length = cut;
            long frames = ends.stream().filter(end -> end <= length).count() - 1;
            try (SegmentedLog log = open(1 << 20)) {
                assertEquals(
                        "cut at " + cut, 2 * Math.max(0, frames), contents(log).size());
                append(log, put(99, "goes on"));
            }
            try (SegmentedLog log = open(1 << 20)) {
                assertEquals("cut at " + cut, "goes on", contents(log).get(99L));
            }
        }
    }

    @Test
    public void aDamagedByteInTheMiddleOfTheLogIsNotPassedOver() throws Exception {
        try (SegmentedLog log = open(100)) {
            for (long i = 1; i <= 20; i++) {
                append(log, put(i, "value " + i));
            }
        }
        Path first = Segment.path(directory, 0);
        byte[] bytes = Files.readAllBytes(first);
        bytes[40] ^= 1;
        Files.write(first, bytes);
        IOException refusal = assertThrows(IOException.class, () -> open(100));
        assertTrue(refusal.getMessage(), refusal.getMessage().contains(first.toString()));
    }

    @Test
    public void whatCannotBeReadAnyMoreIsNotLeftOut() throws Exception {
        try (SegmentedLog log = open(100)) {
            for (long i = 1; i <= 20; i++) {
                append(log, put(i, "value " + i));
            }
            byte[] bytes = Files.readAllBytes(last());
            bytes[bytes.length - 1] ^= 1;
            Files.write(last(), bytes);
            IOException refusal = assertThrows(IOException.class, () -> contents(log));
            assertTrue(refusal.getMessage(), refusal.getMessage().contains(last().toString()));
        }
    }

    @Test
    public void valuesOfAnySizeAreThereAfterAReopeningAndACleaning() throws Exception {
        Map<Long, String> expected = new HashMap<>();
        try (SegmentedLog log = open(1 << 20)) {
            for (long i = 1; i <= 60; i++) {
                int length = (int) (i % 5 == 0 ? i * 10_000 : i * 1_000);
                expected.put(i, "x".repeat(length) + i);
                append(log, put(i, expected.get(i)), put(100, "y".repeat(60_000)));
            }
            expected.put(100L, "y".repeat(60_000));
        }
        try (SegmentedLog log = open(1 << 20)) {
            assertEquals(expected, contents(log));
            for (long i = 1; i <= 50; i++) {
                append(log, Change.remove(key(i)));
                expected.remove(i);
            }
            assertTrue(log.needsCleaning());
            while (log.needsCleaning()) {
                log.clean();
            }
            assertEquals(expected, contents(log));
        }
        try (SegmentedLog log = open(1 << 20)) {
            assertEquals(expected, contents(log));
        }
    }

    @Test
    public void anotherFormatIsRefused() throws Exception {
        open(100).close();
        Files.writeString(Segment.path(directory, 0), "AMPHSES9 and whatever it may be");
        assertThrows(IOException.class, () -> open(100));
    }

    @Test
    public void aDirectoryIsUsedOnce() throws Exception {
        try (SegmentedLog log = open(100)) {
            assertEquals(0, log.records());
            assertThrows(IOException.class, () -> open(100));
        }
        open(100).close();
    }

    @Test
    public void aSegmentThatCannotBeDeletedIsDeletedLater() throws Exception {
        Path oldest = Segment.path(directory, 0);
        SegmentedLog log = open(200);
        append(log, put(1, "goes"), put(2, "stays"));
        for (int i = 0; i < 40; i++) {
            append(log, put(3, "value " + i));
        }
        append(log, Change.remove(key(1)));
        Path obstacle = Files.createDirectories(directory.resolve("obstacle/in/the/way"));
        Files.move(oldest, directory.resolve("aside"));
        Files.move(directory.resolve("obstacle"), oldest);
        assertThrows(IOException.class, log::clean);
        assertThrows(IOException.class, log::clean);
        Files.delete(oldest.resolve("in/the/way"));
        Files.delete(oldest.resolve("in/the"));
        Files.delete(oldest.resolve("in"));
        log.clean();
        assertFalse(obstacle + " is gone", Files.exists(oldest));
        while (log.needsCleaning()) {
            log.clean();
        }
        log.close();
        try (SegmentedLog again = open(200)) {
            assertEquals(Map.of(2L, "stays", 3L, "value 39"), contents(again));
        }
    }

    @Test
    public void aPieceThatCannotBeMovedIsMovedLater() throws Exception {
        SegmentedLog log = open(200);
        append(log, put(2, "stays"));
        while (!log.needsCleaning() || Files.size(last()) < 200) {
            append(log, put(3, "v"));
        }
        long next = Long.parseLong(last().getFileName().toString().replace(".log", ""), 16) + 1;
        Path obstacle = Files.createDirectory(Segment.path(directory, next));
        assertThrows(IOException.class, log::clean);
        assertThrows(IOException.class, log::clean);
        Files.delete(obstacle);
        log.clean();
        log.close();
        try (SegmentedLog again = open(200)) {
            assertEquals(Map.of(2L, "stays", 3L, "v"), contents(again));
        }
    }

    private Path last() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(path -> path.toString().endsWith(".log"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    @Test
    public void cleaningKeepsTheLogShortAndWhatItStoresWhole() throws Exception {
        long seed = Long.getLong("amphora.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<Long, String> expected = new HashMap<>();
        SegmentedLog log = open(2_000);
        for (int round = 0; round < 3_000; round++) {
            long number = random.nextInt(40);
            if (random.nextInt(3) == 0) {
                append(log, Change.remove(key(number)));
                expected.remove(number);
            } else {
                String value = "x".repeat(random.nextInt(60)) + round;
                append(log, put(number, value));
                expected.put(number, value);
            }
            if (log.needsCleaning()) {
                log.clean();
            }
            if (random.nextInt(300) == 0) {
                log.close();
                log = open(2_000);
                assertEquals("seed " + seed, expected, contents(log));
            }
        }
        assertEquals("seed " + seed, expected, contents(log));
        assertTrue("seed " + seed + ": " + log.length(), log.length() < 20_000);
        log.close();
    }
}
