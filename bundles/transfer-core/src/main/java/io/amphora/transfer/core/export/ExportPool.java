// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.export;

import io.amphora.transfer.spi.EarlyRequest;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExporterStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that exports run on; of the files that are due, the one whose fin is oldest goes first. Thread-safe. */
public final class ExportPool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ExportPool.class);

    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final int DOUBLINGS = 6;

    /** How long an exporter that has gone, or was there before a restart, may take to come back. */
    private static final Duration RETURN_TIME = Duration.ofSeconds(30);

    private final Exporters exporters;
    private final ExportSettings settings;
    private final Clock clock;
    private final EarlyExports early;
    private final ThreadPoolExecutor threads;
    private final ScheduledThreadPoolExecutor timer;
    private final ConcurrentHashMap<String, Destination> destinations = new ConcurrentHashMap<>();

    /** An attempt that is due. */
    private record Due(ExportJob job, Runnable attempt) implements Runnable, Comparable<Due> {

        @Override
        public void run() {
            attempt.run();
        }

        @Override
        public int compareTo(Due other) {
            return ExportJob.OLDEST_FIRST.compare(job, other.job);
        }
    }

    /** Starts no export yet. */
    public ExportPool(Exporters exporters, ExportSettings settings, Clock clock) {
        this.exporters = exporters;
        this.settings = settings;
        this.clock = clock;
        this.early = new EarlyExports(exporters, settings.earlyThreads(), settings.earlyThreshold());
        this.threads = new ThreadPoolExecutor(
                settings.threads(),
                settings.threads(),
                0,
                TimeUnit.SECONDS,
                new PriorityBlockingQueue<>(),
                NamedThreads.of("amphora-export"));
        this.timer = new ScheduledThreadPoolExecutor(1, NamedThreads.of("amphora-export-timer"));
        this.timer.setRemoveOnCancelPolicy(true);
        long seconds = RETURN_TIME.toSeconds();
        var unused = timer.scheduleWithFixedDelay(exporters::forgetAbsent, seconds, seconds, TimeUnit.SECONDS);
    }

    /** Takes part in the receiving of a file. */
    public EarlyDelivery early(EarlyRequest request) {
        return early.of(request);
    }

    /**
     * Begins to deliver a file.
     *
     * @param since when its fin was accepted
     * @param done names of the exporters that have it already
     * @param begun what exporters have begun of it; it is over when the job is
     */
    public ExportJob submit(
            ExportRequest request, Instant since, Set<String> done, EarlyDelivery begun, ExportListener listener) {
        ExportJob job = new ExportJob(request, since, done, begun, this, listener);
        job.start();
        return job;
    }

    /** Notices exporters that have come or gone. To be called often. */
    public void sweep() {
        early.sweep();
        exporters.stream().forEach(exporter -> destination(exporter.name()).servedBy(exporter));
    }

    /** How the exporters are, by name. */
    public List<ExporterStatus> statuses() {
        Stream<ExporterStatus> used = exporters.stream()
                .map(exporter ->
                        destination(exporter.name()).status(exporter.required()).orElse(exporter.degraded()));
        Stream<ExporterStatus> refused = exporters.refused().stream()
                .map(present ->
                        ExporterStatus.down(present.name(), "refused: another exporter has the name", present.since()));
        return Stream.concat(used, refused)
                .sorted(Comparator.comparing(ExporterStatus::name))
                .toList();
    }

    Exporters exporters() {
        return exporters;
    }

    Destination destination(String name) {
        return destinations.computeIfAbsent(name, key -> new Destination(key, this));
    }

    /** Files that one exporter may have under way: some threads are left to the others. */
    int boundPerExporter() {
        return exporters.count() > 1 ? Math.max(1, settings.threads() * 3 / 4) : settings.threads();
    }

    Duration timeout() {
        return settings.timeout();
    }

    Clock clock() {
        return clock;
    }

    void execute(ExportJob job, Runnable attempt) {
        threads.execute(new Due(job, attempt));
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
        early.close();
        threads.shutdown();
        threads.getQueue().clear();
        long drain = settings.drainTimeout().toMillis();
        try {
            if (!threads.awaitTermination(drain, TimeUnit.MILLISECONDS)) {
                LOG.warn("Interrupted exports that did not end within {} ms", drain);
                threads.shutdownNow();
                threads.awaitTermination(drain, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
