// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * One file of the log: a header that names the format, then frames. Confined to the store's thread, after it was opened.
 */
final class Segment {

    /** Eight bytes, of which the last is the version of the format. */
    static final byte[] FORMAT = "AMPHSES1".getBytes(StandardCharsets.US_ASCII);

    private final long number;
    private final long base;
    private final Path path;
    private final FileChannel channel;
    private long length;

    private Segment(long number, long base, Path path, FileChannel channel, long length) {
        this.number = number;
        this.base = base;
        this.path = path;
        this.channel = channel;
        this.length = length;
    }

    static Path path(Path directory, long number) {
        return directory.resolve(String.format("%016x.log", number));
    }

    /**
     * Makes the next file.
     *
     * @param base its first byte's address in the log
     */
    static Segment create(Path directory, long number, long base) throws IOException {
        Path path = path(directory, number);
        FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Segment segment = new Segment(number, base, path, channel, 0);
        try {
            segment.append(ByteBuffer.wrap(FORMAT));
            syncName(directory);
            return segment;
        } catch (IOException e) {
            segment.discard(e);
            throw e;
        }
    }

    /** So that it can be made again. */
    private void discard(IOException cause) {
        try {
            delete();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Without its name a synced file is lost when the machine stops. */
    private static void syncName(Path directory) throws IOException {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    /**
     * Opens a file of before.
     *
     * @param base its first byte's address in the log
     * @throws IOException if it is not of this format
     */
    static Segment open(Path path, long base) throws IOException {
        String name = path.getFileName().toString();
        long number = Long.parseUnsignedLong(name.substring(0, name.indexOf('.')), 16);
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Segment segment = new Segment(number, base, path, channel, channel.size());
        segment.checkFormat();
        return segment;
    }

    private void checkFormat() throws IOException {
        if (length < FORMAT.length) { // it was being made when the process ended
            cutTo(0);
            append(ByteBuffer.wrap(FORMAT));
            return;
        }
        byte[] format = new byte[FORMAT.length];
        readFully(ByteBuffer.wrap(format), 0);
        if (!Arrays.equals(format, FORMAT)) {
            throw new IOException(path + " is not a segment of this version: it begins with "
                    + new String(format, StandardCharsets.ISO_8859_1));
        }
    }

    long number() {
        return number;
    }

    /** Where the log stands at a position of this file: no other place has that address as long as the log is open. */
    long address(long position) {
        return base + position;
    }

    Path path() {
        return path;
    }

    long length() {
        return length;
    }

    /** Appends all bytes, or none if that fails; returns where they begin. */
    long append(ByteBuffer bytes) throws IOException {
        long start = length;
        long size = bytes.remaining();
        try {
            for (long at = start; bytes.hasRemaining(); ) {
                at += channel.write(bytes, at);
            }
        } catch (IOException e) {
            cutBack(start, e);
            throw e;
        }
        length = start + size;
        return start;
    }

    /** Takes back what stands behind a position, after something failed. */
    void cutBack(long size, IOException cause) {
        length = size;
        try {
            channel.truncate(size);
        } catch (IOException e) {
            cause.addSuppressed(e); // the next write goes to the same place, and a reader stops there
        }
    }

    void force() throws IOException {
        channel.force(false);
    }

    void cutTo(long size) throws IOException {
        channel.truncate(size);
        length = size;
    }

    /** Fills what is left of a buffer from a position on. */
    void readFully(ByteBuffer into, long position) throws IOException {
        for (long at = position; into.hasRemaining(); ) {
            int count = channel.read(into, at);
            if (count < 0) {
                throw new IOException(path + " ends at " + at);
            }
            at += count;
        }
    }

    void close() throws IOException {
        channel.close();
    }

    void delete() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }
}
