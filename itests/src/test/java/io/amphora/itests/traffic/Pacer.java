// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import java.util.concurrent.locks.LockSupport;

/** Wakes a loop at each moment when a message is due, which its selector cannot do as exactly. Thread-safe. */
final class Pacer {

    private final Thread thread;
    private volatile boolean closed;

    private Pacer(EventLoop loop, double perSecond, long start) {
        thread = new Thread(() -> run(loop, perSecond, start), "pacer");
        thread.setDaemon(true);
        thread.start();
    }

    /** @param start moment of the first message */
    static Pacer start(EventLoop loop, double perSecond, long start) {
        return new Pacer(loop, perSecond, start);
    }

    private void run(EventLoop loop, double perSecond, long start) {
        for (long n = 0; !closed; n++) {
            long due = start + (long) (n * 1e9 / perSecond);
            for (long rest = due - System.nanoTime(); rest > 0 && !closed; rest = due - System.nanoTime()) {
                LockSupport.parkNanos(rest);
            }
            loop.wakeUp();
        }
    }

    void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
