// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.store;

import static org.junit.Assert.assertEquals;

import io.amphora.mqtt.spi.SessionStore.Change;
import io.amphora.mqtt.spi.SessionStore.RecordKey;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What is read of a segment, however its frames lie in the buffer. */
public final class FrameReaderTest {

    private static final int START = Segment.FORMAT.length;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path directory;

    @Before
    public void choose() {
        directory = folder.getRoot().toPath();
    }

    private static byte[] frame(int valueBytes) {
        byte[] value = new byte[valueBytes];
        Arrays.fill(value, (byte) valueBytes);
        return Frame.encode(List.of(Change.put(new RecordKey(RecordKind.QUEUED, 7, valueBytes), value)));
    }

    private static List<byte[]> frames(int... valueBytes) {
        return Arrays.stream(valueBytes).mapToObj(FrameReaderTest::frame).toList();
    }

    private Path write(List<byte[]> frames) throws IOException {
        Segment segment = Segment.create(directory, 0, 0);
        for (byte[] frame : frames) {
            segment.append(ByteBuffer.wrap(frame));
        }
        segment.close();
        return segment.path();
    }

    private static byte[] bodyOf(byte[] frame) {
        return Arrays.copyOfRange(frame, Frame.HEADER, frame.length);
    }

    /** Reads with a buffer; expects these frames and that the reader stops behind them. */
    private static void check(String what, Path file, int bufferBytes, List<byte[]> expected) throws IOException {
        Segment segment = Segment.open(file, 0);
        FrameReader reader = new FrameReader(segment, START, bufferBytes);
        List<byte[]> bodies = new ArrayList<>();
        for (ByteBuffer body = reader.next(); body != null; body = reader.next()) {
            byte[] copy = new byte[body.remaining()];
            body.get(copy);
            bodies.add(copy);
        }
        segment.close();
        assertEquals(what, expected.size(), bodies.size());
        int end = START;
        for (int i = 0; i < bodies.size(); i++) {
            assertEquals(what, ByteBuffer.wrap(bodyOf(expected.get(i))), ByteBuffer.wrap(bodies.get(i)));
            end += expected.get(i).length;
        }
        assertEquals(what, end, reader.position());
    }

    @Test
    public void framesAreWholeWhereverTheBufferEnds() throws Exception {
        List<byte[]> frames = frames(0, 1, 20, 3, 90, 7, 40, 0, 13);
        Path file = write(frames);
        for (int buffer = 1; buffer <= Files.size(file) + 1; buffer++) {
            check("buffer of " + buffer, file, buffer, frames);
        }
    }

    @Test
    public void aFrameLargerThanTheBufferIsReadAndThoseAfterIt() throws Exception {
        List<byte[]> frames = frames(10, 100_000, 10, 300_000, 5, 6);
        Path file = write(frames);
        check("one after the other", file, 1_024, frames);
        check("many at once", file, 256 * 1_024, frames);
    }

    @Test
    public void aTornTailEndsTheReadingBehindTheLastWholeFrame() throws Exception {
        List<byte[]> frames = frames(30, 5, 60);
        Path file = write(frames);
        byte[] whole = Files.readAllBytes(file);
        for (int cut = START; cut < whole.length; cut++) {
            Files.write(file, Arrays.copyOf(whole, cut));
            List<byte[]> left = new ArrayList<>();
            for (int end = START; end + frames.get(left.size()).length <= cut; ) {
                end += frames.get(left.size()).length;
                left.add(frames.get(left.size()));
            }
            for (int buffer : new int[] {1, 8, 37, 64, 4_096}) {
                check("cut at " + cut + ", buffer of " + buffer, file, buffer, left);
            }
        }
    }

    @Test
    public void aDamagedByteEndsTheReadingBeforeItsFrame() throws Exception {
        List<byte[]> frames = frames(30, 5);
        Path file = write(frames);
        byte[] whole = Files.readAllBytes(file);
        for (int at = START + frames.get(0).length; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) 0x81;
            Files.write(file, damaged);
            for (int buffer : new int[] {8, 50, 4_096}) {
                check("damaged at " + at + ", buffer of " + buffer, file, buffer, frames.subList(0, 1));
            }
        }
    }

    @Test
    public void lengthsThatNoFrameHasEndTheReading() throws Exception {
        for (int length : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE - 8, 1_000}) {
            List<byte[]> frames = frames(3);
            Path file = write(frames);
            Segment segment = Segment.open(file, 0);
            segment.append(ByteBuffer.allocate(200).putInt(0, length));
            segment.close();
            check("length " + length, file, 16, frames);
            Files.delete(file);
        }
    }

    @Test
    public void readingGoesOnFromAnyFrame() throws Exception {
        List<byte[]> frames = frames(30, 5, 60);
        Path file = write(frames);
        Segment segment = Segment.open(file, 0);
        FrameReader reader = new FrameReader(segment, START + frames.get(0).length, 16);
        assertEquals(ByteBuffer.wrap(bodyOf(frames.get(1))), reader.next());
        assertEquals(ByteBuffer.wrap(bodyOf(frames.get(2))), reader.next());
        assertEquals(null, reader.next());
        segment.close();
    }
}
