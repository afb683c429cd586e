// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.netty.handler.codec.mqtt.MqttPublishMessage;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * PUBLISH packets that were read while the broker takes none, in their order. The packets behind them, such as PINGREQ and
 * acknowledgements, need not wait for them. Bounded by bytes, for one connection and for all; once it is full, the
 * connection is not read from. Takes no memory while empty. Confined to the channel's event loop.
 */
final class LookAhead {

    /** Bytes for one connection. The packet that exceeds them is held too. */
    static final long LIMIT = 64 * 1_024;

    /** Bytes that a packet takes in memory besides its own, roughly. */
    private static final int OVERHEAD = 256;

    private record Held(MqttPublishMessage packet, long bytes) {}

    private final AtomicLong ofAll;
    private final long limitOfAll;
    private Queue<Held> packets = new ArrayDeque<>(0);
    private long bytes;

    /**
     * @param ofAll bytes that all connections hold
     * @param limitOfAll over which none holds more
     */
    LookAhead(AtomicLong ofAll, long limitOfAll) {
        this.ofAll = ofAll;
        this.limitOfAll = limitOfAll;
    }

    boolean isEmpty() {
        return packets.isEmpty();
    }

    /** Whether another packet may be read. */
    boolean hasRoom() {
        return bytes < LIMIT && ofAll.get() < limitOfAll;
    }

    /** Takes over the reference of a packet of {@code length} bytes. */
    void hold(MqttPublishMessage packet, int length) {
        long size = (long) length + OVERHEAD;
        packets.add(new Held(packet, size));
        bytes += size;
        ofAll.addAndGet(size);
    }

    /** The oldest packet, now the caller's; there must be one. */
    MqttPublishMessage next() {
        Held oldest = packets.remove();
        bytes -= oldest.bytes();
        ofAll.addAndGet(-oldest.bytes());
        if (packets.isEmpty()) {
            packets = new ArrayDeque<>(0);
        }
        return oldest.packet();
    }

    /** Drops all packets: their client has no acknowledgement of them. */
    void discard() {
        while (!isEmpty()) {
            next().release();
        }
    }
}
