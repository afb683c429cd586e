// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.export;

import io.amphora.transfer.spi.ExportRequest;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that exports run on. Thread-safe. */
public final class ExportPool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ExportPool.class);

    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final int DOUBLINGS = 6;

    /** How long exporters that were there before a restart are waited for. */
    private static final Duration RETURN_TIME = Duration.ofSeconds(30);

    private final Exporters exporters;
    private final Duration timeout;
    private final Duration drainTimeout;
    private final ExecutorService threads;
    private final ScheduledThreadPoolExecutor timer;

    /**
     * Starts no export yet.
     *
     * @param threadCount exports that run at once
     * @param timeout how long one file is tried
     * @param drainTimeout how long {@link #close()} waits for exports that run
     */
    public ExportPool(Exporters exporters, int threadCount, Duration timeout, Duration drainTimeout) {
        this.exporters = exporters;
        this.timeout = timeout;
        this.drainTimeout = drainTimeout;
        this.threads = Executors.newFixedThreadPool(threadCount, NamedThreads.of("amphora-export"));
        this.timer = new ScheduledThreadPoolExecutor(1, NamedThreads.of("amphora-export-timer"));
        this.timer.setRemoveOnCancelPolicy(true);
        var unused = after(RETURN_TIME, exporters::waitNoLonger);
    }

    /**
     * Begins to deliver a file.
     *
     * @param done names of the exporters that have it already
     */
    public ExportJob submit(ExportRequest request, Set<String> done, ExportListener listener) {
        ExportJob job = new ExportJob(request, done, this, listener);
        job.start();
        return job;
    }

    Exporters exporters() {
        return exporters;
    }

    Duration timeout() {
        return timeout;
    }

    void execute(Runnable task) {
        threads.execute(task);
    }

    /** Runs a task later, unless that is cancelled or the pool is closed. */
    Future<?> after(Duration pause, Runnable task) {
        try {
            return timer.schedule(task, pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Stopped: what is left is done after the next start");
            return CompletableFuture.completedFuture(null);
        }
    }

    /** 100 ms, doubled with every failure up to 6.4 s, plus or minus a quarter at random. */
    Duration backOff(int failures) {
        long pause = FIRST_PAUSE_MILLIS << Math.min(failures, DOUBLINGS);
        return Duration.ofMillis(pause * 3 / 4 + ThreadLocalRandom.current().nextLong(pause / 2 + 1));
    }

    /** Waits for exports that run, then interrupts them. Their files stay in the spool. */
    @Override
    public void close() {
        timer.shutdownNow();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(drainTimeout.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Interrupted exports that did not end within {} s", drainTimeout.toSeconds());
                threads.shutdownNow();
                threads.awaitTermination(drainTimeout.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
