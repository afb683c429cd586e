// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Publishes messages of QoS 1 to numbered topics, round by round. Confined to the thread of its loop. */
final class QueueFiller extends Connection {

    private static final int WINDOW = 1_000;
    private static final int IN = 64 * 1_024;
    private static final int OUT = 1 << 20;
    private static final int LARGEST_PACKET = 4_096;

    private final String prefix;
    private final int topics;
    private final long messages;
    private final byte[] payload;
    private long sent;
    private long acknowledged;

    /** @param messages for each topic */
    QueueFiller(EventLoop loop, String prefix, int topics, int messages, int payload) {
        super(loop, prefix + "filler", true, IN, OUT);
        this.prefix = prefix;
        this.topics = topics;
        this.messages = (long) topics * messages;
        this.payload = new byte[payload];
    }

    long acknowledged() {
        return acknowledged;
    }

    boolean isDone() {
        return acknowledged == messages;
    }

    @Override
    protected void accepted() throws IOException {
        fill();
    }

    private void fill() throws IOException {
        while (sent < messages && sent - acknowledged < WINDOW && out.remaining() > LARGEST_PACKET + payload.length) {
            byte[] topic = (prefix + sent % topics).getBytes(UTF_8);
            header(0x32, 4 + topic.length + payload.length);
            string(topic);
            out.putShort((short) (1 + sent % 60_000)).put(payload);
            sent++;
        }
        flush();
    }

    @Override
    protected void packet(int firstByte, ByteBuffer body) throws IOException {
        if (firstByte >> 4 != 4) {
            throw new IOException("packet type " + (firstByte >> 4) + " for a publisher");
        }
        acknowledged++;
    }

    @Override
    protected void afterRead() throws IOException {
        fill();
    }

    @Override
    protected void writable() throws IOException {
        fill();
    }
}
