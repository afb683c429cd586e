// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import io.amphora.transfer.TransferId;
import io.amphora.transfer.core.command.FileCommand;
import io.amphora.transfer.core.command.Outcome;
import io.amphora.transfer.core.command.Reason;
import io.amphora.transfer.core.export.ExportPool;
import io.amphora.transfer.core.spool.Spool;
import io.amphora.transfer.spi.Delivery;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the strand of a transfer. Transfers that nothing happens to leave memory when there are too many: their journal
 * brings them back. Thread-safe.
 */
public final class Transfers {

    /** What a command is told that comes while file transfer is being stopped. */
    static final Outcome RESTARTING =
            Outcome.of(Reason.INTERNAL_ERROR, "file transfer is being restarted: send this again");

    private static final Logger LOG = LoggerFactory.getLogger(Transfers.class);

    private final Spool spool;
    private final ExportPool exports;
    private final Deliveries deliveries;
    private final TransferSettings settings;
    private final Executor executor;
    private final Clock clock;
    private final ClockJumps jumps;
    private final TransferCounters counters;
    private volatile boolean stopping;
    private final ConcurrentHashMap<TransferId, TransferStrand> resident = new ConcurrentHashMap<>();
    private final RateLimit rates;
    private final AtomicBoolean evicting = new AtomicBoolean();

    /** Transfers in {@code spool}, whose strands run on {@code executor} and may block there. */
    public Transfers(
            Spool spool,
            ExportPool exports,
            Deliveries deliveries,
            TransferSettings settings,
            Executor executor,
            Clock clock,
            TransferCounters counters) {
        this.spool = spool;
        this.exports = exports;
        this.deliveries = deliveries;
        this.settings = settings;
        this.rates = new RateLimit(settings.maximumRate(), System::nanoTime);
        this.executor = executor;
        this.clock = clock;
        this.jumps = new ClockJumps(clock, System::nanoTime);
        this.counters = counters;
    }

    /** Carries out a command after all earlier ones of the same transfer. */
    public void submit(TransferId id, FileCommand command, Reply reply) {
        if (stopping) {
            reply.end(RESTARTING);
            return;
        }
        enter(id).submit(command, reply);
        evictSurplus();
    }

    /** Number of transfers in memory. */
    public int residentCount() {
        return resident.size();
    }

    /** Counts what the spool holds and goes on with deliveries that were interrupted. Blocks. */
    public void recover() throws IOException {
        long begun = System.nanoTime();
        spool.scan(new Spool.Findings() {
            @Override
            public void interrupted(TransferId id) {
                enter(id).submit(() -> LOG.debug("Found the interrupted delivery of {}", id));
            }

            @Override
            public void delivered(Delivery delivery) {
                deliveries.remember(delivery);
            }
        });
        LOG.info(
                "Counted the spool: {} unfinished transfers of {} clients, {} bytes; it took {} ms",
                spool.space().transfers(),
                spool.space().clients(),
                spool.space().used(),
                millisSince(begun));
    }

    private static long millisSince(long begun) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }

    /** The catalog has the delivery of a transfer. */
    public void catalogued(TransferId id) {
        TransferStrand strand = enter(id);
        strand.submit(() -> strand.transfer().catalogued());
    }

    /** The catalog has no delivery of a transfer any more. */
    public void forgotten(TransferId id) {
        TransferStrand strand = enter(id);
        strand.submit(() -> strand.transfer().forgotten());
    }

    /**
     * Ends every transfer that has lived past its time. Blocks while it looks through the spool.
     *
     * @throws InterruptedException if it was interrupted before it came to the end
     */
    public void collect() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        jumps.look();
        Instant now = clock.instant();
        CollectionPass pass = new CollectionPass(this, settings, jumps, now);
        spool.forEachIdleSince(FileTime.from(now.minus(settings.minimumTtl())), FileTime.from(now), pass);
        pass.end();
        LOG.info(
                "Collected {} transfers of {} that nothing had come for in {} s; it took {} ms",
                pass.ended(),
                pass.looked(),
                settings.minimumTtl().toSeconds(),
                millisSince(begun));
    }

    /** Ends a transfer if it has lived past its time; {@code whenDone} runs in any case. */
    void expire(TransferId id, Instant now, Runnable whenDone) {
        TransferStrand strand = enter(id);
        strand.submit(() -> strand.transfer().state().expire(now), whenDone);
    }

    /** Answers commands that have waited for too long, and forgets clients that are slow enough again. To be called often. */
    public void sweep() {
        jumps.look();
        rates.sweep();
        exports.sweep();
        long now = System.nanoTime();
        resident.values().forEach(strand -> strand.expire(now));
    }

    /**
     * Takes no more commands, and tells those who wait for deliveries that these go on after the next start. It happens on
     * the strands.
     */
    public void stop() {
        stopping = true;
        for (TransferId id : resident.keySet()) {
            TransferStrand strand = enter(id);
            strand.submit(() -> strand.transfer().stop());
        }
    }

    private TransferStrand enter(TransferId id) {
        return resident.compute(id, (key, present) -> {
            TransferStrand strand = present == null ? create(key) : present;
            strand.enter();
            return strand;
        });
    }

    private TransferStrand create(TransferId id) {
        return new TransferStrand(
                executor,
                strand -> new Transfer(id, spool, exports, deliveries, rates, settings, clock, counters, strand),
                () -> dropUnknown(id));
    }

    private void dropUnknown(TransferId id) {
        resident.computeIfPresent(id, (key, strand) -> strand.isIdle() && strand.isUnknown() ? null : strand);
    }

    private void evictSurplus() {
        if (resident.size() > settings.maximumResident() && evicting.compareAndSet(false, true)) {
            executor.execute(() -> {
                try {
                    evictDownTo(settings.maximumResident() * 9 / 10);
                } finally {
                    evicting.set(false);
                }
            });
        }
    }

    private void evictDownTo(int target) {
        for (TransferId id : resident.keySet()) {
            if (resident.size() <= target) {
                return;
            }
            resident.computeIfPresent(id, (key, strand) -> evict(strand) ? null : strand);
        }
    }

    private static boolean evict(TransferStrand strand) {
        boolean idle = strand.isIdle();
        if (idle) {
            strand.close();
        }
        return idle;
    }
}
