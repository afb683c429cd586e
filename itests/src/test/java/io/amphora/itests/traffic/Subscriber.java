// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * Receives what is published to one filter, acknowledges it, and knows for each message whether it was there before.
 * Confined to the subscribers' thread.
 */
class Subscriber extends Connection {

    /** As many answers as packets can be in the other buffer. */
    private static final int SPARE = 1_024;

    private final String filter;
    private final Traffic traffic;
    private final Counts counts;
    private final Credit[] credits;
    private final BitSet[] received;
    private final int[] highest;
    private boolean subscribed;

    /** @param credits what to tell for each publisher; empty if there are none */
    Subscriber(
            EventLoop loop,
            String clientId,
            String filter,
            int inSize,
            Traffic traffic,
            Counts counts,
            Credit... credits) {
        super(loop, clientId, traffic.isForgotten(), inSize, inSize + SPARE);
        this.filter = filter;
        this.traffic = traffic;
        this.counts = counts;
        this.credits = credits;
        received = new BitSet[traffic.publishers()];
        highest = new int[traffic.publishers()];
    }

    boolean isSubscribed() {
        return subscribed;
    }

    @Override
    protected void accepted() {
        writeSubscribe(filter, traffic.qos());
    }

    /** Reads no more while acknowledgements cannot be written, so that there is always room for them. */
    @Override
    protected boolean reads() {
        return !isBehind();
    }

    @Override
    protected void packet(int firstByte, ByteBuffer body) throws IOException {
        switch (firstByte >> 4) {
            case 3 -> published(firstByte >> 1 & 3, body);
            case 6 -> writeAnswer(0x70, body.getShort());
            case 9 -> subscribed(body.get(body.limit() - 1) & 0xFF);
            default -> throw new IOException("packet type " + (firstByte >> 4) + " for a subscriber");
        }
    }

    private void subscribed(int code) throws IOException {
        if (code != traffic.qos()) {
            throw new IOException("SUBACK " + code);
        }
        subscribed = true;
    }

    private void published(int qos, ByteBuffer publish) {
        int topic = publish.getShort();
        publish.position(publish.position() + topic);
        if (qos > 0) {
            writeAnswer(qos == 1 ? 0x40 : 0x50, publish.getShort());
        }
        Stamp stamp = Stamp.read(publish);
        take(stamp);
        if (traffic.rate() > 0 && counts.isMeasuring()) {
            long now = System.nanoTime();
            counts.arrivedAfter().add(now - stamp.written());
            counts.arrivedAfterDue().add(now - stamp.scheduled());
        }
    }

    private void take(Stamp stamp) {
        int publisher = stamp.publisher();
        int sequence = stamp.sequence();
        if (received[publisher] == null) {
            received[publisher] = new BitSet();
        }
        if (received[publisher].get(sequence)) {
            counts.duplicates().increment();
            return;
        }
        received[publisher].set(sequence);
        counts.received().increment();
        if (sequence < highest[publisher]) {
            counts.disordered().increment();
            return;
        }
        if (credits.length > 0) {
            credits[publisher].arrived(sequence + 1 - highest[publisher]);
        }
        highest[publisher] = sequence + 1;
    }

    @Override
    protected void lost() {
        counts.lostConnection(end());
    }
}
