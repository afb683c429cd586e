// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.export;

import io.amphora.transfer.core.command.Outcome;
import io.amphora.transfer.core.command.Reason;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.Exporter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers one file to every exporter that wants it. Where one fails it is tried again, with growing pauses, until the
 * time is up, counted from the first attempt; those that have the file are not asked again. Thread-safe: attempts run on
 * export threads one after the other, {@link #cancel()} may be called on any.
 */
public final class ExportJob {

    private static final Logger LOG = LoggerFactory.getLogger(ExportJob.class);

    private enum Phase {
        WAITING,
        RUNNING,
        OVER
    }

    private final ExportRequest request;
    private final ExportPool pool;
    private final ExportListener listener;
    private final Set<String> doneBefore;

    // Touched by the attempt that runs.
    private final Map<Exporter, ExportedFile> done = new LinkedHashMap<>();
    private long deadline;
    private int failures;

    // Guarded by this.
    private Phase phase = Phase.WAITING;
    private Thread runner;
    private boolean cancelled;
    private boolean timeUp;
    private Optional<Outcome> lastFailure = Optional.empty();
    private final List<Future<?>> alarms = new ArrayList<>();

    ExportJob(ExportRequest request, Set<String> doneBefore, ExportPool pool, ExportListener listener) {
        this.request = request;
        this.doneBefore = Set.copyOf(doneBefore);
        this.pool = pool;
        this.listener = listener;
    }

    void start() {
        alarm(this::waitedTooLong);
        pool.exporters().whenComplete(this::execute);
    }

    private synchronized void alarm(Runnable whenTimeIsUp) {
        alarms.add(pool.after(pool.timeout(), whenTimeIsUp));
    }

    private void execute() {
        try {
            pool.execute(this::run);
        } catch (RejectedExecutionException e) {
            LOG.debug("Left the delivery of {} to the next start", request.id());
        }
    }

    /** Ends a job that only pauses between two attempts; one that runs, or has not begun, is told to take too long. */
    private void waitedTooLong() {
        Optional<Outcome> failure;
        synchronized (this) {
            if (phase == Phase.OVER) {
                return;
            }
            failure = phase == Phase.WAITING && !cancelled ? lastFailure : Optional.empty();
            if (failure.isPresent()) {
                end();
            }
        }
        failure.ifPresentOrElse(listener::failed, listener::timedOut);
    }

    /**
     * Ends the job: an export that runs is interrupted, and what this job has delivered is deleted. The listener is told
     * when that is done.
     *
     * @return whether the job had not ended before
     */
    public boolean cancel() {
        synchronized (this) {
            if (phase == Phase.OVER) {
                return false;
            }
            cancelled = true;
            if (phase == Phase.RUNNING) {
                runner.interrupt();
                return true;
            }
        }
        execute(); // instead of at the end of the pause
        return true;
    }

    private synchronized void timeUp() {
        timeUp = true;
        if (phase == Phase.RUNNING) {
            runner.interrupt();
        }
    }

    private void run() {
        if (!enter()) {
            return;
        }
        Optional<Outcome> failure = isCancelled() ? Optional.empty() : attempt();
        Duration pause = pool.backOff(failures++);
        boolean again = leave(failure, pause);
        if (again) {
            retryAfter(pause);
        } else if (isCancelled()) {
            undo();
            listener.failed(Outcome.of(Reason.ABORTED, "the transfer was aborted"));
        } else if (failure.isPresent()) {
            listener.failed(failure.get());
        } else {
            listener.delivered(List.copyOf(done.values()));
        }
    }

    private synchronized boolean isCancelled() {
        return cancelled;
    }

    private synchronized boolean enter() {
        if (phase != Phase.WAITING) {
            return false;
        }
        phase = Phase.RUNNING;
        runner = Thread.currentThread();
        return true;
    }

    /** Ends an attempt; from here no interrupt of this job reaches the thread. Returns whether another one follows. */
    private synchronized boolean leave(Optional<Outcome> failure, Duration pause) {
        runner = null;
        lastFailure = failure;
        Thread.interrupted();
        boolean timeIsLeft = !timeUp && System.nanoTime() + pause.toNanos() - deadline < 0;
        boolean again = failure.isPresent() && !cancelled && timeIsLeft;
        if (again) {
            phase = Phase.WAITING;
        } else {
            end();
        }
        return again;
    }

    private synchronized void end() {
        phase = Phase.OVER;
        alarms.forEach(alarm -> alarm.cancel(false));
    }

    private synchronized void retryAfter(Duration pause) {
        alarms.add(pool.after(pause, this::execute));
    }

    /** Asks every exporter that has not got the file; returns why not all of them have it then. */
    private Optional<Outcome> attempt() {
        if (failures == 0) {
            deadline = System.nanoTime() + pool.timeout().toNanos();
            alarm(this::timeUp);
        }
        List<Exporter> wanting = pool.exporters()
                .accepting(request.id(), request.meta(), request.file().size());
        if (wanting.isEmpty() && done.isEmpty() && doneBefore.isEmpty()) {
            return Optional.of(Outcome.of(Reason.NO_EXPORTER, "no exporter accepts the file"));
        }
        Optional<Outcome> failure = Optional.empty();
        for (Exporter exporter : wanting) {
            if (!hasIt(exporter) && !export(exporter)) {
                failure = Optional.of(
                        Outcome.of(Reason.EXPORT_FAILED, "exporter " + exporter.name() + " could not take the file"));
            }
        }
        if (failure.isPresent()) {
            done.values().forEach(listener::exported);
        }
        return failure;
    }

    private boolean hasIt(Exporter exporter) {
        return doneBefore.contains(exporter.name())
                || done.values().stream().anyMatch(file -> file.exporter().equals(exporter.name()));
    }

    private boolean export(Exporter exporter) {
        try {
            done.put(exporter, exporter.export(request));
            LOG.debug("Delivered {} by {}", request.id(), exporter.name());
            return true;
        } catch (IOException e) {
            LOG.warn("Failed to deliver {} by {}: {}", request.id(), exporter.name(), e.toString());
        } catch (RuntimeException e) {
            LOG.error("Failed to deliver {} by {}", request.id(), exporter.name(), e);
        }
        return false;
    }

    private void undo() {
        done.forEach((exporter, file) -> {
            try {
                exporter.delete(file);
            } catch (IOException e) {
                LOG.warn("Failed to delete the aborted {} from {}", request.id(), file.location(), e);
            }
        });
    }
}
