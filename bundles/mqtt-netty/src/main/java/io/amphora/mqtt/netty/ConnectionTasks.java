// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the tasks of one channel in order, one at a time, on the event loop that the channel is registered with, also when
 * it goes from one to another meanwhile. Any thread adds; only the first of a batch wakes the event loop. Takes no memory
 * while empty.
 */
final class ConnectionTasks implements Executor, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionTasks.class);
    private static final VarHandle NEWEST;

    static {
        try {
            NEWEST = MethodHandles.lookup().findVarHandle(ConnectionTasks.class, "newest", Waiting.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Channel channel;

    /** While there is one, either {@link #run} is queued with an event loop, or {@link #resume} is going to queue it. */
    private volatile Waiting newest;

    private volatile boolean suspended;

    ConnectionTasks(Channel channel) {
        this.channel = channel;
    }

    @Override
    public void execute(Runnable task) {
        Waiting waiting = new Waiting(task);
        Waiting before;
        do {
            before = newest;
            waiting.next = before;
        } while (!NEWEST.compareAndSet(this, before, waiting));
        if (before == null) {
            channel.eventLoop().execute(this);
        }
    }

    /** Has tasks wait until {@link #resume}. Called on the event loop that the channel leaves. */
    void suspend() {
        suspended = true;
    }

    /** Called on the event loop that the channel is registered with now. */
    void resume() {
        suspended = false;
        if (newest != null) {
            channel.eventLoop().execute(this);
        }
    }

    /** Not to be called but by an event loop. */
    @Override
    public void run() {
        EventLoop loop = channel.eventLoop();
        if (!loop.inEventLoop()) {
            loop.execute(this); // the channel was here when this was queued
        } else if (!suspended) {
            Waiting all = (Waiting) NEWEST.getAndSet(this, null);
            for (Waiting each = oldestFirst(all); each != null; each = each.next) {
                run(each.task);
            }
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) { // the others still have to run
            LOG.error("A task of the connection from {} failed", channel.remoteAddress(), e);
        }
    }

    private static Waiting oldestFirst(Waiting newest) {
        Waiting oldest = null;
        for (Waiting each = newest; each != null; ) {
            Waiting older = each.next;
            each.next = oldest;
            oldest = each;
            each = older;
        }
        return oldest;
    }

    private static final class Waiting {

        private final Runnable task;
        private Waiting next;

        Waiting(Runnable task) {
            this.task = task;
        }
    }
}
