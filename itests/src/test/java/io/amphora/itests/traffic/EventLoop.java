// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;

/** A thread that serves connections by a selector, and does after each pass what it is told to. Thread-safe. */
final class EventLoop {

    /** Bounds how long what depends on the time, not on a packet, goes unnoticed. */
    private static final int LONGEST_MILLIS = 20;

    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private volatile Runnable afterEachPass = () -> {};
    private volatile boolean closed;

    EventLoop(String name) throws IOException {
        selector = Selector.open();
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    void afterEachPass(Runnable work) {
        afterEachPass = work;
    }

    Selector selector() {
        return selector;
    }

    void wakeUp() {
        selector.wakeup();
    }

    /** Runs a task on the loop's thread and waits for what it returns. */
    <T> T call(Callable<T> task) throws Exception {
        FutureTask<T> future = new FutureTask<>(task);
        tasks.add(future);
        wakeUp();
        return future.get();
    }

    private void run() {
        try (selector) {
            while (!closed) {
                selector.select(this::serve, LONGEST_MILLIS);
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                afterEachPass.run();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(SelectionKey key) {
        ((Connection) key.attachment()).selected();
    }

    /** Ends the thread; what it has written is visible then. */
    void close() throws InterruptedException {
        closed = true;
        wakeUp();
        thread.join();
    }
}
