// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Tells when a channel has been silent for too long. Hearing from it costs one assignment; the one timer looks at that
 * when it fires, and is set for what is left. Confined to the channel's event loop.
 */
final class KeepAlive {

    private final Channel channel;
    private final Runnable silent;
    private long limit;
    private long heard = System.nanoTime();
    private Future<?> timer;
    private boolean suspended;

    /** @param silent called once when nothing was heard for the time that was expected */
    KeepAlive(Channel channel, Runnable silent) {
        this.channel = channel;
        this.silent = silent;
    }

    void heard() {
        heard = System.nanoTime();
    }

    /** @param milliseconds of silence that are allowed from now on; 0 is for ever */
    void expect(long milliseconds) {
        cancel();
        limit = TimeUnit.MILLISECONDS.toNanos(milliseconds);
        heard();
        if (limit > 0) {
            schedule(limit);
        }
    }

    void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** The channel leaves its event loop; a timer there would fire beside the next one. */
    void suspend() {
        suspended = timer != null;
        cancel();
    }

    /** The channel has an event loop again. */
    void resume() {
        if (suspended) {
            suspended = false;
            schedule(Math.max(0, limit - (System.nanoTime() - heard)));
        }
    }

    private void schedule(long nanos) {
        timer = channel.eventLoop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    private void look() {
        timer = null;
        if (!channel.config().isAutoRead()) {
            schedule(limit); // the broker does not listen, so silence says nothing
            return;
        }
        long left = limit - (System.nanoTime() - heard);
        if (left > 0) {
            schedule(left);
        } else {
            silent.run();
        }
    }
}
