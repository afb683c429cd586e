// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads the frames of a segment one after the other, as many with one read of the file as its buffer holds. Confined to
 * the thread that its segment is.
 */
final class FrameReader {

    private static final int BUFFER = 256 * 1_024;
    private static final int LARGEST_BODY = Integer.MAX_VALUE - Frame.HEADER;

    private final Segment segment;
    private ByteBuffer buffer; // what was read and is not handed out yet
    private long position;

    /** @param from where a frame begins */
    FrameReader(Segment segment, long from) {
        this(segment, from, BUFFER);
    }

    /** @param bufferBytes to read at once; a larger frame gets what it needs */
    FrameReader(Segment segment, long from, int bufferBytes) {
        this.segment = segment;
        this.position = from;
        this.buffer = ByteBuffer.allocate(bufferBytes).limit(0);
    }

    /** Where the next frame begins; after the last, where that ends. */
    long position() {
        return position;
    }

    /** The body of the next frame, valid until the next call; null if there is none that is whole and right. */
    ByteBuffer next() throws IOException {
        if (!has(Frame.HEADER)) {
            return null;
        }
        int size = buffer.getInt(buffer.position());
        int crc = buffer.getInt(buffer.position() + Integer.BYTES);
        if (size <= 0 || size > LARGEST_BODY || !has(Frame.HEADER + size)) {
            return null;
        }
        ByteBuffer body = buffer.slice(buffer.position() + Frame.HEADER, size);
        if (Frame.crc(body.duplicate()) != crc) {
            return null;
        }
        buffer.position(buffer.position() + Frame.HEADER + size);
        position += Frame.HEADER + size;
        return body;
    }

    /** Whether the segment has so many bytes more; then they are in the buffer. */
    private boolean has(int bytes) throws IOException {
        if (buffer.remaining() < bytes && segment.length() - position >= bytes) {
            fill(bytes);
        }
        return buffer.remaining() >= bytes;
    }

    private void fill(int least) throws IOException {
        ByteBuffer next = least <= buffer.capacity()
                ? buffer.compact()
                : ByteBuffer.allocate(least).put(buffer);
        long at = position + next.position();
        next.limit((int) Math.min(next.capacity(), next.position() + segment.length() - at));
        buffer = next;
        segment.readFully(next, at);
        next.flip();
    }
}
