// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.spi.Link;
import java.util.concurrent.TimeUnit;

/**
 * Slows a client down that publishes faster than it may: its link is not read from until it is within its rate again. So
 * nothing is lost, and nobody else waits. Confined to the link's event loop.
 */
final class PublishRate {

    /** After that the rate is looked at again: it may have been changed. */
    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(1);

    private final ReadingGate gate;
    private final Link link;
    private final BrokerState state;
    private TokenBucket messages;
    private TokenBucket bytes;

    PublishRate(ReadingGate gate, Link link, BrokerState state) {
        this.gate = gate;
        this.link = link;
        this.state = state;
    }

    /** A message with so many bytes of payload came in. */
    void published(long size) {
        Rates rates = state.settings().rates();
        if (rates.publishedMessages() == 0 && rates.publishedBytes() == 0) {
            return;
        }
        long now = state.nanoTime();
        long wait = 0;
        if (rates.publishedMessages() > 0) {
            messages = messages == null ? new TokenBucket(rates.publishedMessages(), now) : messages;
            wait = messages.take(1, rates.publishedMessages(), now);
        }
        if (rates.publishedBytes() > 0) {
            bytes = bytes == null ? new TokenBucket(rates.publishedBytes(), now) : bytes;
            wait = Math.max(wait, bytes.take(size, rates.publishedBytes(), now));
        }
        if (wait > 0 && !gate.isClosedFor(ReadingGate.Reason.RATE)) {
            gate.close(ReadingGate.Reason.RATE);
            resumeAfter(wait);
        }
    }

    private void resumeAfter(long nanos) {
        long wait = Math.min(nanos, LONGEST_WAIT);
        var unused =
                state.timer().schedule(() -> link.eventLoop().execute(this::maybeResume), wait, TimeUnit.NANOSECONDS);
    }

    /** What had been read already may have come meanwhile. */
    private void maybeResume() {
        Rates rates = state.settings().rates();
        long wait = Math.max(debt(messages, rates.publishedMessages()), debt(bytes, rates.publishedBytes()));
        if (wait > 0) {
            resumeAfter(wait);
        } else {
            gate.open(ReadingGate.Reason.RATE);
        }
    }

    private long debt(TokenBucket bucket, long perSecond) {
        return bucket == null || perSecond == 0 ? 0 : bucket.nanosInDebt(perSecond, state.nanoTime());
    }
}
