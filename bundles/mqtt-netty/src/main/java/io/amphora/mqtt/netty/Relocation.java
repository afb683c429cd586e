// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a channel served by the event loops for bulk transfers as long as there is one on it, so that the messages of others
 * do not wait for it. Nothing of a channel is handled while it is on its way. Confined to the channel's event loop.
 */
final class Relocation {

    private static final Logger LOG = LoggerFactory.getLogger(Relocation.class);

    /** After which a channel counts as lost: an event loop may fail to take one without saying so. */
    private static final long PATIENCE_SECONDS = 10;

    /**
     * So many that Netty never leaves the rest of a write to a later task of the event loop, which would write from there
     * when the channel has left it.
     */
    private static final int WRITES_IN_A_ROW = 1 << 20;

    private final Channel channel;
    private final NettyLink link;
    private final EventLoops loops;
    private boolean wantsBulk;
    private boolean isBulk;
    private boolean moving;
    private int usualWritesInARow;
    private long lastBulk;
    private Future<?> timer;

    Relocation(Channel channel, NettyLink link, EventLoops loops) {
        this.channel = channel;
        this.link = link;
        this.loops = loops;
    }

    /** A message of a bulk transfer came. */
    void bulk() {
        lastBulk = System.nanoTime();
        if (!wantsBulk) {
            wantsBulk = true;
            link.eventLoop().execute(this::settle); // what was read is handled first
        }
    }

    /** Whether the channel is about to leave its event loop, and reading is to wait for the next. */
    boolean isMoving() {
        return moving;
    }

    private void settle() {
        if (moving || wantsBulk == isBulk || link.isClosing() || !channel.isActive()) {
            return;
        }
        moving = true;
        link.adjustReading();
        usualWritesInARow = channel.config().getWriteSpinCount();
        channel.config().setWriteSpinCount(WRITES_IN_A_ROW);
        channel.eventLoop().execute(this::leave); // a rest of a write that was left to a task comes before
    }

    private void leave() {
        if (link.isClosing() || !channel.isActive()) {
            moving = false;
            link.adjustReading();
            return;
        }
        EventLoop next = (isBulk ? loops.group() : loops.bulk()).next();
        channel.deregister().addListener(left -> {
            if (channel.isOpen()) {
                timer = next.schedule(
                        () -> link.lost(new TimeoutException("not registered")), PATIENCE_SECONDS, TimeUnit.SECONDS);
                next.register(channel).addListener(arrival -> {
                    if (!arrival.isSuccess()) {
                        link.lost(arrival.cause());
                    }
                });
            }
        });
    }

    /** The channel is registered with its new event loop, which calls this. */
    void arrived() {
        moving = false;
        isBulk = !isBulk;
        cancel();
        channel.config().setWriteSpinCount(usualWritesInARow);
        LOG.trace("{} is served by {}", channel, channel.eventLoop());
        if (isBulk) {
            lookAfter(loops.bulkQuietNanos());
        }
        settle();
    }

    private void lookAfter(long nanos) {
        timer = channel.eventLoop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    private void look() {
        timer = null;
        long left = loops.bulkQuietNanos() - (System.nanoTime() - lastBulk);
        if (left > 0) {
            lookAfter(left);
        } else {
            wantsBulk = false;
            settle();
        }
    }

    /** The connection has ended. */
    void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
