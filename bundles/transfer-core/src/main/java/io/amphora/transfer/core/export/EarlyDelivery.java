// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.export;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.core.export.Exporters.Present;
import io.amphora.transfer.spi.EarlyExport;
import io.amphora.transfer.spi.EarlyRequest;
import io.amphora.transfer.spi.Exporter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Offers a file that is being received to the exporters that will want it, once it is known to be large. The strand says
 * what has come, and none of its calls blocks. Thread-safe.
 */
public final class EarlyDelivery {

    /** Bytes between two offers. */
    private static final long STEP = 1 << 20;

    private final EarlyRequest request;
    private final EarlyExports pool;
    private final List<EarlyRun> runs = new CopyOnWriteArrayList<>();
    private volatile boolean over;
    private long offered; // strand

    EarlyDelivery(EarlyRequest request, EarlyExports pool) {
        this.request = request;
        this.pool = pool;
    }

    /** Segments were stored: what they wrote, and where the contiguous bytes end now. Called on the strand. */
    public void stored(List<ByteRange> written, long contiguousEnd) {
        for (EarlyRun run : runs) {
            written.forEach(run::rewritten);
        }
        if (contiguousEnd >= offered + STEP && isLarge(contiguousEnd)) {
            offered = contiguousEnd;
            offer(contiguousEnd);
        }
    }

    private boolean isLarge(long contiguousEnd) {
        return Math.max(request.meta().size().orElse(0), contiguousEnd) > pool.threshold();
    }

    private void offer(long contiguousEnd) {
        long size = Math.max(request.meta().size().orElse(0), contiguousEnd);
        for (Present present : pool.exporters().accepting(request.id(), request.meta(), size)) {
            Exporter exporter = present.exporter();
            if (of(exporter).isEmpty() && (isBegun() || pool.admit(this))) {
                runs.add(new EarlyRun(exporter, request, pool));
            }
        }
        runs.forEach(run -> run.grown(contiguousEnd));
    }

    private Optional<EarlyRun> of(Exporter exporter) {
        return runs.stream().filter(run -> run.exporter() == exporter).findFirst();
    }

    /** Whether exporters were offered the file: the transfer is to stay in memory. */
    public boolean isBegun() {
        return !runs.isEmpty() && !over;
    }

    /** Ends all that was not exported. Does not wait for it. */
    public void abort() {
        over = true;
        runs.forEach(EarlyRun::abort);
        pool.leave(this);
    }

    /** Ends what exporters have begun that have gone since. */
    void dropGone() {
        for (EarlyRun run : runs) {
            if (!pool.exporters().isThere(run.exporter())) {
                run.exporterGone();
            }
        }
    }

    /** What an exporter has begun, for its export, which runs on the calling thread. */
    Optional<EarlyExport> settle(Exporter exporter) throws InterruptedException {
        Optional<EarlyRun> run = of(exporter);
        return run.isPresent() ? run.get().settle() : Optional.empty();
    }

    /** An exporter has the file: nothing is left to be dropped there. */
    void exported(Exporter exporter) {
        runs.removeIf(run -> run.exporter() == exporter);
    }
}
