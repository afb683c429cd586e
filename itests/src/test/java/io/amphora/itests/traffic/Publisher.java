// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;

/** Publishes to one topic, with a window of messages that are not acknowledged. Confined to the publishers' thread. */
final class Publisher extends Connection {

    private static final int IN = 8 * 1024;
    private static final int OUT = 32 * 1024;

    /** Messages of one turn, so that all get theirs. */
    private static final int TURN = 64;

    private final int number;
    private final byte[] topic;
    private final Traffic traffic;
    private final Counts counts;
    private final Permit permit;
    private final byte[] filler;
    private final short[] freeIds;
    private int free;
    private final long[] scheduledAt;
    private final long[] writtenAt;
    private int sent;

    Publisher(
            EventLoop loop, int number, String clientId, String topic, Traffic traffic, Counts counts, Permit permit) {
        super(loop, clientId, true, IN, OUT);
        this.number = number;
        this.topic = topic.getBytes(UTF_8);
        this.traffic = traffic;
        this.counts = counts;
        this.permit = permit;
        filler = new byte[traffic.payload() - Stamp.BYTES];
        int window = traffic.qos() == 0 ? 0 : traffic.window();
        freeIds = new short[window];
        scheduledAt = new long[window + 1];
        writtenAt = new long[window + 1];
        for (int id = 1; id <= window; id++) {
            freeIds[free++] = (short) id;
        }
    }

    @Override
    protected void accepted() {
        // It publishes once all are there.
    }

    /** Whether every message is acknowledged, or written if that is all there is. */
    boolean isDone() {
        return isLost() || (!isBehind() && free == freeIds.length);
    }

    /** Publishes what it may, and returns whether it might go on without anything having to happen. */
    boolean publish() {
        if (!isConnected() || isBehind()) {
            return false;
        }
        try {
            boolean mayGoOn = true;
            for (int i = 0; mayGoOn && i < TURN && hasRoom(); i++) {
                mayGoOn = publishOne();
            }
            flush();
            return mayGoOn && !isBehind();
        } catch (IOException e) {
            fail(e);
            return false;
        }
    }

    private boolean publishOne() {
        long now = System.nanoTime();
        boolean waits = counts.isStopped() || (traffic.qos() > 0 && free == 0);
        long due = waits ? Permit.NO : permit.next(sent, now);
        if (due == Permit.NO) {
            return false;
        }
        write(due, now);
        return true;
    }

    /** For a message, and for a PUBREL of each that is under way. */
    private boolean hasRoom() {
        return out.remaining() > 5 + 4 + topic.length + traffic.payload() + 4 * freeIds.length;
    }

    private void write(long due, long now) {
        header(0x30 | traffic.qos() << 1, 2 + topic.length + (traffic.qos() > 0 ? 2 : 0) + traffic.payload());
        string(topic);
        if (traffic.qos() > 0) {
            short id = freeIds[--free];
            scheduledAt[id] = due;
            writtenAt[id] = now;
            out.putShort(id);
        }
        new Stamp(number, sent++, due, now).write(out);
        out.put(filler);
        counts.sent().increment();
    }

    @Override
    protected void packet(int firstByte, ByteBuffer body) throws IOException {
        short id = body.getShort();
        switch (firstByte >> 4) {
            case 4, 7 -> acknowledged(id);
            case 5 -> writeAnswer(0x62, id);
            default -> throw new IOException("packet type " + (firstByte >> 4) + " for a publisher");
        }
    }

    private void acknowledged(short id) {
        LongAdder acknowledged = counts.acknowledged();
        acknowledged.increment();
        if (traffic.rate() > 0 && counts.isMeasuring()) {
            long now = System.nanoTime();
            counts.acknowledgedAfter().add(now - writtenAt[id]);
            counts.acknowledgedAfterDue().add(now - scheduledAt[id]);
        }
        freeIds[free++] = id;
    }

    @Override
    protected void afterRead() throws IOException {
        flush();
        publish();
    }

    @Override
    protected void writable() throws IOException {
        flush();
        publish();
    }

    @Override
    protected void lost() {
        counts.lostConnection(end());
    }
}
