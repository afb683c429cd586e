// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets a publisher of QoS 0 be only so many messages ahead of its subscribers, as an application would that waits for
 * answers, so that nothing has to be dropped. Used up credit comes back when half of it is there. What has not arrived after
 * half a second will not. Confined to the publishers' thread; {@link #arrived} to the subscribers'.
 */
final class Credit implements Permit {

    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(500);

    private final int ahead;
    private final int copies;
    private final AtomicLong arrived = new AtomicLong();
    private boolean exhausted;
    private long seen;
    private long seenAt;
    private long writtenOff;

    /** @param copies subscribers of each message */
    Credit(int ahead, int copies) {
        this.ahead = ahead;
        this.copies = copies;
    }

    /** So many copies more have arrived or were passed over. */
    void arrived(int more) {
        arrived.setRelease(arrived.getPlain() + more);
    }

    @Override
    public long next(int sent, long now) {
        long there = arrived.getAcquire();
        if (there != seen || seenAt == 0) {
            seen = there;
            seenAt = now;
        }
        long missing = (long) sent * copies - there - writtenOff;
        if (missing > 0 && now - seenAt > PATIENCE) {
            writtenOff += missing;
            seenAt = now;
            missing = 0;
        }
        long bound = (long) ahead * copies;
        exhausted = missing >= (exhausted ? bound / 2 : bound);
        return exhausted ? NO : now;
    }
}
