// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.export;

import io.amphora.transfer.core.command.Outcome;
import io.amphora.transfer.core.command.Reason;
import io.amphora.transfer.spi.ExportRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers one file to every exporter that wants it. Where one fails it is tried again, with growing pauses, until the
 * time is up, counted from the first attempt, or no attempt can help; those that have the file are not asked again. While nothing can be done it
 * takes no thread. Thread-safe: attempts run on export threads one after the other, the rest on any.
 */
public final class ExportJob {

    private static final Logger LOG = LoggerFactory.getLogger(ExportJob.class);

    private static final AtomicLong NUMBERS = new AtomicLong();

    /** By the time of the fin, then in the order in which they came. */
    static final Comparator<ExportJob> OLDEST_FIRST =
            Comparator.<ExportJob, Instant>comparing(job -> job.since).thenComparing(job -> job.number);

    private enum Phase {
        WAITING,
        RUNNING,
        OVER
    }

    private final ExportRequest request;
    private final Instant since;
    private final long number = NUMBERS.getAndIncrement();
    private final ExportPool pool;
    private final ExportListener listener;
    private final Recipients recipients;

    // Touched by the attempt that runs.
    private long deadline;
    private int attempts;

    // Guarded by this.
    private Phase phase = Phase.WAITING;
    private Thread runner;
    private boolean woken;
    private boolean cancelled;
    private boolean timeUp;
    private Optional<Outcome> lastFailure = Optional.empty();
    private final List<Future<?>> alarms = new ArrayList<>();

    ExportJob(
            ExportRequest request,
            Instant since,
            Set<String> doneBefore,
            EarlyDelivery early,
            ExportPool pool,
            ExportListener listener) {
        this.request = request;
        this.since = since;
        this.pool = pool;
        this.listener = listener;
        this.recipients = new Recipients(this, request, doneBefore, early, pool, listener);
    }

    void start() {
        synchronized (this) {
            lastFailure = Optional.of(Outcome.of(Reason.NO_EXPORTER, "exporters of before have not come back yet"));
        }
        alarm(this::waitedTooLong);
        pool.exporters().whenComplete(this::exportersAreThere);
    }

    private void exportersAreThere() {
        synchronized (this) {
            if (phase == Phase.OVER) {
                return;
            }
            lastFailure = Optional.empty();
        }
        execute();
    }

    private synchronized void alarm(Runnable whenTimeIsUp) {
        alarms.add(pool.after(pool.timeout(), whenTimeIsUp));
    }

    private void execute() {
        try {
            pool.execute(this, this::run);
        } catch (RejectedExecutionException e) {
            LOG.debug("Left the delivery of {} to the next start", request.id());
        }
    }

    /** An exporter that it waited for may be asked. */
    void wake() {
        synchronized (this) {
            if (phase == Phase.RUNNING) {
                woken = true;
                return;
            }
        }
        execute();
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
        failure.ifPresentOrElse(this::giveUp, listener::timedOut);
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
        if (leave(failure, recipients.onlyWaits() ? Optional.empty() : Optional.of(pool.backOff(attempts++)))) {
            return;
        }
        if (isCancelled()) {
            recipients.undo();
            listener.failed(Outcome.of(Reason.ABORTED, "the transfer was aborted"));
        } else if (failure.isPresent()) {
            giveUp(failure.get());
        } else {
            recipients.end();
            listener.delivered(recipients.delivered());
        }
    }

    synchronized boolean isCancelled() {
        return cancelled;
    }

    private synchronized boolean enter() {
        if (phase != Phase.WAITING) {
            return false;
        }
        phase = Phase.RUNNING;
        woken = false;
        runner = Thread.currentThread();
        return true;
    }

    /**
     * Ends an attempt; from here no interrupt of this job reaches the thread. Returns whether another one follows: after
     * a pause, or when an exporter wakes it.
     */
    private synchronized boolean leave(Optional<Outcome> failure, Optional<Duration> pause) {
        runner = null;
        lastFailure = failure;
        Thread.interrupted();
        boolean timeIsLeft =
                !timeUp && System.nanoTime() + pause.orElse(Duration.ZERO).toNanos() - deadline < 0;
        boolean again = failure.isPresent() && !cancelled && timeIsLeft && !recipients.isHopeless();
        if (again) {
            phase = Phase.WAITING;
            goOn(pause);
        } else {
            end();
        }
        return again;
    }

    private synchronized void end() {
        phase = Phase.OVER;
        alarms.forEach(alarm -> alarm.cancel(false));
    }

    private void goOn(Optional<Duration> pause) {
        if (woken) {
            execute();
        } else if (pause.isPresent()) {
            alarms.add(pool.after(pause.get(), this::execute));
        }
    }

    private Optional<Outcome> attempt() {
        if (deadline == 0) {
            deadline = System.nanoTime() + pool.timeout().toNanos();
            alarm(this::timeUp);
        }
        return recipients.ask();
    }

    /** No attempt follows: the delivery has failed, unless those have the file that count. */
    private void giveUp(Outcome failure) {
        recipients.giveUp();
        if (recipients.isSufficient()) {
            listener.delivered(recipients.delivered());
        } else {
            listener.failed(failure);
        }
    }
}
