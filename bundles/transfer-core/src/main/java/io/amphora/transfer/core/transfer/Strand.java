// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Hands tasks to a worker one batch after the other, in order, on the threads of an executor: never two at once. What
 * has come in while a batch was worked on is the next batch. Thread-safe.
 */
final class Strand<T> {

    private static final int MAX_BATCH = 256;

    private final Executor executor;
    private final Consumer<List<T>> worker;
    private final Queue<T> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    Strand(Executor executor, Consumer<List<T>> worker) {
        this.executor = executor;
        this.worker = worker;
    }

    /**
     * Adds a task behind all others.
     *
     * @throws RejectedExecutionException if the executor is closed
     */
    void submit(T task) {
        queue.add(task);
        if (waiting.getAndIncrement() == 0) {
            executor.execute(this::run);
        }
    }

    /** Shows the tasks that wait, some of which may be taken at the same moment. */
    void forEachWaiting(Consumer<T> visitor) {
        queue.forEach(visitor);
    }

    private void run() {
        do {
            List<T> batch = nextBatch();
            try {
                worker.accept(batch);
            } finally {
                waiting.addAndGet(-batch.size());
            }
        } while (waiting.get() > 0 && !isHandedOn());
    }

    private List<T> nextBatch() {
        List<T> batch = new ArrayList<>();
        for (T task = queue.poll(); task != null; task = batch.size() < MAX_BATCH ? queue.poll() : null) {
            batch.add(task);
        }
        return batch;
    }

    /** Lets other strands have the thread first, unless the executor takes nothing new because it is being closed. */
    private boolean isHandedOn() {
        try {
            executor.execute(this::run);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }
}
