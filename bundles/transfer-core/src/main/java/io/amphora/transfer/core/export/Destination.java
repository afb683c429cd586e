// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.export;

import io.amphora.transfer.core.export.Exporters.Present;
import io.amphora.transfer.spi.Exporter;
import io.amphora.transfer.spi.ExporterStatus;
import io.amphora.transfer.spi.ExporterStatus.Degraded;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is known of one exporter, by its name: whether it works, who waits for it, what it has done. While it fails one
 * file at a time tries it, each in its turn so that none that cannot be delivered keeps out the others, and the rest wait
 * without a thread; when it works again they go on, the oldest first. It never has all threads when there are others.
 * Thread-safe.
 */
final class Destination {

    /** Failures in a row that may be the files' own. */
    private static final int TOLERATED = 2;

    private final String name;
    private final ExportPool pool;

    // Guarded by this.
    private final NavigableSet<ExportJob> byAge = new TreeSet<>(ExportJob.OLDEST_FIRST);
    private final Set<ExportJob> byTurn = new LinkedHashSet<>();
    private Optional<Present> servedBy = Optional.empty();
    private Optional<Degraded> trouble = Optional.empty();
    private int failuresInARow;
    private boolean damages;
    private boolean ticking;
    private int running;
    private long delivered;
    private long deliveredBytes;
    private long failures;
    private long givenUp;

    Destination(String name, ExportPool pool) {
        this.name = name;
        this.pool = pool;
    }

    /** Another instance stands behind the name, or it has other settings: what failed before may work now. */
    void servedBy(Present present) {
        List<ExportJob> due = new ArrayList<>();
        synchronized (this) {
            if (servedBy.filter(present::isBefore).isPresent()) {
                return; // an attempt that began with the settings of before
            }
            Optional<Present> now = Optional.of(present);
            boolean changed = !servedBy.equals(now);
            servedBy = now;
            if (changed) {
                works();
                takeDue(due);
            }
        }
        due.forEach(ExportJob::wake);
    }

    /** Whether a job may try now; who may is to {@link #leave}, and who may not is woken later. */
    boolean enter(ExportJob job) {
        synchronized (this) {
            if (room() > 0) {
                running++;
                forget(job);
                return true;
            }
            await(job);
            return false;
        }
    }

    private void await(ExportJob job) {
        byAge.add(job);
        byTurn.add(job);
        tick();
    }

    /** A file was delivered. */
    void delivered(long bytes) {
        List<ExportJob> due = new ArrayList<>();
        synchronized (this) {
            delivered++;
            deliveredBytes += bytes;
            works();
            leave(due);
        }
        due.forEach(ExportJob::wake);
    }

    /** An attempt failed. Returns whether the job is woken when it is its turn; else it tries again when it likes. */
    synchronized boolean failed(ExportJob job, String why) {
        failures++;
        failuresInARow++;
        trouble(why);
        running--;
        if (isDown()) {
            await(job);
        }
        tick();
        return isDown();
    }

    /** It can never take the file of an attempt, which says nothing of other files. */
    void refused() {
        List<ExportJob> due = new ArrayList<>();
        synchronized (this) {
            failures++;
            leave(due);
        }
        due.forEach(ExportJob::wake);
    }

    /** It works, but what it held after an attempt was not the file. */
    void damaged(String why) {
        List<ExportJob> due = new ArrayList<>();
        synchronized (this) {
            failures++;
            damages = true;
            trouble(why);
            leave(due);
        }
        due.forEach(ExportJob::wake);
    }

    private void trouble(String why) {
        trouble = Optional.of(new Degraded(
                why, trouble.map(Degraded::since).orElseGet(() -> pool.clock().instant())));
    }

    /** An attempt ended for a reason of the client's. */
    void interrupted() {
        List<ExportJob> due = new ArrayList<>();
        synchronized (this) {
            leave(due);
        }
        due.forEach(ExportJob::wake);
    }

    /** A file was not delivered in its time. */
    synchronized void gaveUp(ExportJob job) {
        forget(job);
        givenUp++;
    }

    /** A job has ended and need not be woken. */
    synchronized void forget(ExportJob job) {
        byAge.remove(job);
        byTurn.remove(job);
    }

    private void works() {
        failuresInARow = 0;
        damages = false;
        trouble = Optional.empty();
    }

    private void leave(List<ExportJob> due) {
        running--;
        takeDue(due);
    }

    private boolean isDown() {
        return failuresInARow > TOLERATED;
    }

    private int room() {
        return (isDown() ? 1 : pool.boundPerExporter()) - running;
    }

    private void takeDue(List<ExportJob> due) {
        for (int room = room(); room > 0 && !byAge.isEmpty(); room--) {
            ExportJob next = isDown() ? byTurn.iterator().next() : byAge.first();
            forget(next);
            due.add(next);
        }
    }

    /** Looks again after a pause, as long as anybody waits. */
    private void tick() {
        if (!ticking && !byAge.isEmpty()) {
            ticking = true;
            var unused = pool.after(pool.backOff(Math.max(0, failuresInARow - TOLERATED)), this::ticked);
        }
    }

    private void ticked() {
        List<ExportJob> due = new ArrayList<>();
        synchronized (this) {
            ticking = false;
            takeDue(due);
            tick();
        }
        due.forEach(ExportJob::wake);
    }

    /** Why it is not tried now. */
    synchronized String why() {
        return trouble.map(Degraded::why).orElse("it has as many files under way as it may");
    }

    synchronized ExporterStatus status(Exporter exporter) {
        return new ExporterStatus(
                name,
                exporter.required(),
                isDown() || damages ? trouble : exporter.refusedChange(),
                running,
                byAge.size(),
                delivered,
                deliveredBytes,
                failures,
                givenUp);
    }
}
