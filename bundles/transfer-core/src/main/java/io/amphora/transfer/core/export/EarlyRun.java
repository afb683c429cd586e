// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.export;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.Printable;
import io.amphora.transfer.spi.EarlyExport;
import io.amphora.transfer.spi.EarlyRequest;
import io.amphora.transfer.spi.Exporter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one exporter has begun of one file. What it is to be told is kept as one end and a few ranges, and told by one
 * thread at a time. Thread-safe; it is told on the threads of {@link EarlyExports} and, at last, of the export.
 */
final class EarlyRun {

    private static final Logger LOG = LoggerFactory.getLogger(EarlyRun.class);

    /** Beyond as many, all of them together count as rewritten. */
    private static final int MAX_RANGES = 1_000;

    private final Exporter exporter;
    private final EarlyRequest request;
    private final EarlyExports pool;

    // Guarded by this; used by whoever tells.
    private Optional<EarlyExport> begun = Optional.empty();

    // Guarded by this.
    private boolean asked;
    private long end;
    private long told;
    private List<ByteRange> rewritten = new ArrayList<>();
    private boolean queued;
    private Optional<Thread> telling = Optional.empty();
    private boolean settled;
    private boolean aborted;

    EarlyRun(Exporter exporter, EarlyRequest request, EarlyExports pool) {
        this.exporter = exporter;
        this.request = request;
        this.pool = pool;
    }

    Exporter exporter() {
        return exporter;
    }

    synchronized void grown(long contiguousEnd) {
        end = contiguousEnd;
        if (!settled && !aborted && end > told) {
            queue();
        }
    }

    synchronized void rewritten(ByteRange range) {
        if (range.start() < told) {
            rewritten.add(new ByteRange(range.start(), Math.min(range.end(), told)));
            if (rewritten.size() > MAX_RANGES) {
                long first =
                        rewritten.stream().mapToLong(ByteRange::start).min().orElseThrow();
                rewritten = new ArrayList<>(List.of(new ByteRange(first, told)));
            }
        }
    }

    /** Ends it: a step that runs is interrupted, and what was begun is dropped on another thread. */
    synchronized void abort() {
        if (!aborted) {
            aborted = true;
            telling.ifPresent(Thread::interrupt);
            queue();
        }
    }

    /** Ends it for an exporter that has gone, unless an export has taken it over. */
    synchronized void exporterGone() {
        if (!settled) {
            abort();
        }
    }

    private void queue() {
        if (!queued) {
            try {
                queued = true;
                pool.execute(this::tell);
            } catch (RejectedExecutionException e) {
                LOG.debug("Left what was begun of {} to the next start", request.id());
            }
        }
    }

    /** One thing to be told. */
    private record Step(long end, List<ByteRange> rewritten) {}

    private void tell() {
        for (Optional<Step> step = next(); step.isPresent(); step = next()) {
            take(step.get());
        }
        if (isAborted()) {
            drop();
        }
    }

    private synchronized boolean isAborted() {
        return aborted && telling.isEmpty();
    }

    /** Takes what is to be told and makes this thread the one that tells; if there is nothing, ends that. */
    private synchronized Optional<Step> next() {
        boolean more = !settled && !aborted && end > told;
        telling = more ? Optional.of(Thread.currentThread()) : Optional.empty();
        if (!more) {
            queued = false;
            Thread.interrupted();
            notifyAll();
            return Optional.empty();
        }
        told = end;
        return Optional.of(new Step(told, takeRewritten()));
    }

    private List<ByteRange> takeRewritten() {
        List<ByteRange> taken = rewritten;
        rewritten = new ArrayList<>();
        return taken;
    }

    private void take(Step step) {
        try {
            Optional<EarlyExport> early = begin();
            if (early.isPresent()) {
                tell(early.get(), step.rewritten());
                early.get().grown(step.end());
            }
        } catch (IOException e) {
            LOG.info("Gave up to begin {} early by {}: {}", request.id(), exporter.name(), Printable.of(e.toString()));
            giveUp();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("Failed to begin {} early by a mistake of {}", request.id(), exporter.name(), e);
            giveUp();
        }
    }

    private Optional<EarlyExport> begin() throws IOException {
        synchronized (this) {
            if (asked) {
                return begun;
            }
            asked = true;
        }
        Optional<EarlyExport> early = exporter.begin(request);
        synchronized (this) {
            begun = early;
        }
        return early;
    }

    private static void tell(EarlyExport early, List<ByteRange> rewritten) throws IOException {
        for (ByteRange range : rewritten) {
            early.rewritten(range);
        }
    }

    private synchronized void giveUp() {
        aborted = true;
    }

    private void drop() {
        Optional<EarlyExport> gone;
        synchronized (this) {
            gone = begun;
            begun = Optional.empty();
        }
        try {
            gone.ifPresent(EarlyExport::abort);
        } catch (RuntimeException e) {
            LOG.error("Failed to drop what was begun of {} by a mistake of {}", request.id(), exporter.name(), e);
        }
    }

    /**
     * Waits for a step that runs; from here on the calling export thread has what was begun to itself.
     *
     * @throws InterruptedException if the export is interrupted meanwhile
     */
    Optional<EarlyExport> settle() throws InterruptedException {
        Optional<EarlyExport> early;
        List<ByteRange> last;
        synchronized (this) {
            settled = true;
            while (telling.isPresent()) {
                wait();
            }
            early = aborted ? Optional.empty() : begun;
            last = takeRewritten();
        }
        try {
            if (early.isPresent()) {
                tell(early.get(), last);
            }
            return early;
        } catch (IOException e) {
            LOG.info(
                    "Gave up what was begun of {} by {}: {}",
                    request.id(),
                    exporter.name(),
                    Printable.of(e.toString()));
            giveUp();
            drop();
            return Optional.empty();
        }
    }
}
