// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import io.amphora.transfer.core.export.NamedThreads;
import io.amphora.transfer.core.transfer.Transfers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through the spool on threads of its own: once after the start for deliveries that were interrupted, then from
 * time to time for transfers past their time to live and delivered files that have expired. Thread-safe.
 */
final class Collector implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Collector.class);

    private static final long SWEEP_MILLIS = 500;

    private final Transfers transfers;
    private final ExpiredFiles expired;
    private final Duration interval;
    private final ScheduledThreadPoolExecutor thread;

    Collector(Transfers transfers, ExpiredFiles expired, Duration interval) {
        this.transfers = transfers;
        this.expired = expired;
        this.interval = interval;
        this.thread = new ScheduledThreadPoolExecutor(2, NamedThreads.of("amphora-collector"));
    }

    void start() {
        thread.execute(() -> look("recover the spool", transfers::recover));
        var unused = thread.scheduleWithFixedDelay(transfers::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        unused = thread.scheduleWithFixedDelay(
                this::collect, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Looks once, on the calling thread. */
    void collect() {
        look("collect old transfers", transfers::collect);
        look("collect expired files", expired::collect);
    }

    private interface Look {
        void run() throws IOException, InterruptedException;
    }

    private static void look(String purpose, Look look) {
        try {
            look.run();
        } catch (ClosedByInterruptException | InterruptedIOException | InterruptedException e) {
            LOG.debug("Stopped to {}", purpose, e);
        } catch (IOException e) {
            LOG.error("Failed to {}", purpose, e);
        } catch (RuntimeException e) {
            LOG.error("Failed to {} by a mistake of the server", purpose, e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
