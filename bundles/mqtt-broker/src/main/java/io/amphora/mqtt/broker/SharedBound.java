// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A bound on bytes that all connections share. Who finds it exceeded waits in line; each return of bytes lets the first
 * in line go on, and all of them once half is free. Thread-safe.
 */
final class SharedBound {

    private final LongSupplier limit;
    private final AtomicLong used = new AtomicLong();
    private final Queue<Runnable> line = new ConcurrentLinkedQueue<>();

    SharedBound(LongSupplier limit) {
        this.limit = limit;
    }

    /** Counts bytes, which are in memory already; whether all is still within the bound. */
    boolean take(long bytes) {
        return used.addAndGet(bytes) <= limit.getAsLong();
    }

    void giveBack(long bytes) {
        used.addAndGet(-bytes);
        letOn();
    }

    /** Has {@code resume} called, on any thread, when there is room. */
    void waitInLine(Runnable resume) {
        line.add(resume);
        if (used.get() <= limit.getAsLong() / 2) {
            letOn(); // the room may have come before the place in line
        }
    }

    long used() {
        return used.get();
    }

    private void letOn() {
        long now = used.get();
        if (now <= limit.getAsLong() / 2) {
            for (Runnable next = line.poll(); next != null; next = line.poll()) {
                next.run();
            }
        } else if (now <= limit.getAsLong()) {
            Runnable next = line.poll();
            if (next != null) {
                next.run();
            }
        }
    }
}
