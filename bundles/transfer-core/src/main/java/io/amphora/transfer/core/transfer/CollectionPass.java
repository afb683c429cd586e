// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.core.spool.Spool;
import java.io.InterruptedIOException;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.Semaphore;

/**
 * One look for transfers that have lived past their time. What is not past it stays on disk; of the rest only so many are
 * brought into memory at once, however many there are. Confined to the collector's thread.
 */
final class CollectionPass implements Spool.Idle {

    private static final int AT_ONCE = 256;

    private final Transfers transfers;
    private final TransferSettings settings;
    private final ClockJumps jumps;
    private final Instant now;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private long looked;
    private long ended;

    CollectionPass(Transfers transfers, TransferSettings settings, ClockJumps jumps, Instant now) {
        this.transfers = transfers;
        this.settings = settings;
        this.jumps = jumps;
        this.now = now;
    }

    @Override
    public void found(TransferId id, FileMeta meta, FileTime lastWritten) throws InterruptedIOException {
        looked++;
        Instant lived = now.minus(jumps.since(lastWritten.toInstant())); // had no clock been set
        FileTime oldest = FileTime.from(lived.minus(settings.timeToLive(meta.segmentsTtl())));
        if (lastWritten.compareTo(oldest) < 0) {
            try {
                free.acquire();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the collection was interrupted");
            }
            ended++;
            transfers.expire(id, lived, free::release);
        }
    }

    /** Transfers that were idle for longer than any may not be. */
    long looked() {
        return looked;
    }

    /** Those of them that were past their own time. */
    long ended() {
        return ended;
    }

    /** Waits for those that are being ended. */
    void end() throws InterruptedException {
        free.acquire(AT_ONCE);
    }
}
