// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.store;

import io.amphora.mqtt.spi.SessionStore;
import io.amphora.mqtt.spi.SessionStore.Change;
import io.amphora.mqtt.spi.SessionStore.RecordKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of changes. It is appended to at its end; its oldest segment is cleaned, a piece at a time, once the log is much
 * longer than what is stored: records that are current are appended again, the rest goes with the file. A removal need not
 * be kept there, since nothing older is left that it could be about. Confined to the store's thread, after it was opened.
 */
final class SegmentedLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentedLog.class);
    private static final int CLEANED_AT_ONCE = 256 * 1_024;

    private final Path directory;
    private final long segmentBytes;
    private final boolean fsync;
    private final FileChannel lockFile;
    private final ArrayDeque<Segment> segments = new ArrayDeque<>();
    private final RecordIndex index = new RecordIndex();
    private long cleanedTo = Segment.FORMAT.length;

    /**
     * Opens or makes a log.
     *
     * @param segmentBytes after which a new segment begins
     * @param fsync whether changes are on the disk, not only with the operating system, before they count
     * @throws IOException if another process has it, or a segment but for the end of the last cannot be read
     */
    SegmentedLog(Path directory, long segmentBytes, boolean fsync) throws IOException {
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.fsync = fsync;
        Files.createDirectories(directory);
        this.lockFile = lock(directory);
        try {
            openSegments();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException(directory + " is in use by this process already", e);
        }
        channel.close();
        throw new IOException(directory + " is in use by another process");
    }

    private void openSegments() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*.log")) {
            found.forEach(files::add);
        }
        files.sort(null); // names are numbers of equal length
        for (Path file : files) {
            segments.add(Segment.open(file, end()));
        }
        for (Segment segment : segments) {
            replay(segment);
        }
        if (segments.isEmpty()) {
            segments.add(Segment.create(directory, 0, 0));
        }
    }

    /** The address behind the last byte. */
    private long end() {
        return segments.isEmpty()
                ? 0
                : segments.getLast().address(segments.getLast().length());
    }

    private void replay(Segment segment) throws IOException {
        long end = walk(
                segment,
                (body, position) ->
                        Frame.visit(body, (key, offset, length) -> apply(key, segment, position + offset, length)));
        if (end == segment.length()) {
            return;
        }
        if (segment != segments.getLast()) {
            throw damaged(segment, end);
        }
        LOG.info("Cut {} bytes off {}, which were not written completely", segment.length() - end, segment.path());
        segment.cutTo(end);
    }

    private static IOException damaged(Segment segment, long at) {
        return new IOException(segment.path() + " is damaged at " + at + " of " + segment.length() + " bytes");
    }

    private void apply(RecordKey key, Segment segment, long position, int length) {
        if (length < 0) {
            index.remove(key);
        } else {
            index.put(key, segment.address(position), length);
        }
    }

    private interface FrameVisitor {

        /** @param position of the body in the segment */
        void frame(ByteBuffer body, long position);
    }

    /** Reads frames until the end, or until one is not whole; returns where that is. */
    private static long walk(Segment segment, FrameVisitor visitor) throws IOException {
        FrameReader frames = new FrameReader(segment, Segment.FORMAT.length);
        for (ByteBuffer body = frames.next(); body != null; body = frames.next()) {
            visitor.frame(body, frames.position() - body.capacity());
        }
        return frames.position();
    }

    /**
     * Hands over every current record.
     *
     * @throws IOException if what could be read when the log was opened cannot be read any more
     */
    void read(SessionStore.Reader reader) throws IOException {
        for (Segment segment : segments) {
            long end = walk(
                    segment,
                    (body, position) -> Frame.visit(body, (key, offset, length) -> {
                        if (isCurrent(key, segment, position + offset, length)) {
                            reader.record(key, body.slice(offset, length));
                        }
                    }));
            if (end != segment.length()) {
                throw damaged(segment, end);
            }
        }
    }

    private boolean isCurrent(RecordKey key, Segment segment, long position, int length) {
        return length >= 0 && index.isCurrent(key, segment.address(position));
    }

    /** Appends frames with one write: all or none of them. */
    void append(List<byte[]> frames) throws IOException {
        if (segments.getLast().length() >= segmentBytes) {
            roll();
        }
        int size = frames.stream().mapToInt(frame -> frame.length).sum();
        ByteBuffer all = ByteBuffer.allocate(size);
        frames.forEach(all::put);
        Segment segment = segments.getLast();
        long start = segment.append(all.flip());
        if (fsync) {
            force(segment, start);
        }
        long position = start;
        for (byte[] frame : frames) {
            long body = position + Frame.HEADER;
            Frame.visit(
                    ByteBuffer.wrap(frame, Frame.HEADER, frame.length - Frame.HEADER),
                    (key, offset, length) -> apply(key, segment, body + offset, length));
            position += frame.length;
        }
    }

    /** What is not on the disk for certain does not count, nor may it come back. */
    private static void force(Segment segment, long start) throws IOException {
        try {
            segment.force();
        } catch (IOException e) {
            segment.cutBack(start, e);
            throw e;
        }
    }

    private void roll() throws IOException {
        segments.getLast().force(); // so that only the last one may end in the middle of a frame
        segments.add(Segment.create(directory, segments.getLast().number() + 1, end()));
    }

    /** Whether the log is much longer than what it stores. */
    boolean needsCleaning() {
        return segments.size() > 2 && length() > 2 * index.bytes() + segmentBytes;
    }

    /** Cleans a piece of the oldest segment; if that fails, the same piece is the next again. */
    void clean() throws IOException {
        Segment oldest = segments.getFirst();
        List<Change> current = new ArrayList<>();
        FrameReader frames = new FrameReader(oldest, cleanedTo);
        while (frames.position() - cleanedTo < CLEANED_AT_ONCE) {
            ByteBuffer body = frames.next();
            if (body == null) {
                finish(oldest, frames.position(), current);
                return;
            }
            collect(oldest, body, frames.position() - body.capacity(), current);
        }
        moveToEnd(current);
        cleanedTo = frames.position();
    }

    private void finish(Segment oldest, long at, List<Change> current) throws IOException {
        if (at != oldest.length()) {
            throw new IOException(oldest.path() + " cannot be read behind " + at + ", so it is kept");
        }
        moveToEnd(current);
        cleanedTo = at;
        delete(oldest);
    }

    /** @param position of the body in the segment */
    private void collect(Segment segment, ByteBuffer body, long position, List<Change> current) {
        Frame.visit(body, (key, offset, length) -> {
            if (isCurrent(key, segment, position + offset, length)) {
                byte[] value = new byte[length];
                body.get(offset, value);
                current.add(Change.put(key, value));
            }
        });
    }

    private void moveToEnd(List<Change> current) throws IOException {
        if (!current.isEmpty()) {
            append(List.of(Frame.encode(current)));
        }
    }

    private void delete(Segment oldest) throws IOException {
        segments.getLast().force(); // what was moved is on the disk before it goes here
        oldest.delete(); // if that fails it is tried again, since its records must not come back after removals have
        // gone
        segments.removeFirst();
        cleanedTo = Segment.FORMAT.length;
    }

    long length() {
        return segments.stream().mapToLong(Segment::length).sum();
    }

    int records() {
        return index.size();
    }

    @Override
    public void close() throws IOException {
        if (!segments.isEmpty() && lockFile.isOpen()) {
            segments.getLast().force();
        }
        for (Segment segment : segments) {
            segment.close();
        }
        lockFile.close();
    }
}
