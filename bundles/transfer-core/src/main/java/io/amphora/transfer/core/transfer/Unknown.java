// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.core.command.FileCommand.Finish;
import io.amphora.transfer.core.command.Outcome;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** No init has come, or what it began is gone. */
record Unknown(Transfer transfer) implements TransferState {

    @Override
    public Outcome init(FileMeta meta) throws IOException {
        return transfer.begin(meta);
    }

    @Override
    public void store(List<SegmentTask> segments) {
        segments.forEach(task -> task.reply().end(Outcome.unknownTransfer()));
    }

    @Override
    public void finish(Finish command, Reply reply) {
        reply.end(Outcome.finOfUnknownTransfer());
    }

    @Override
    public Outcome abort() {
        return Outcome.SUCCESS;
    }

    @Override
    public Outcome status() {
        return Outcome.unknownTransfer();
    }

    @Override
    public void expire(Instant now) {}

    @Override
    public boolean isIdle() {
        return true;
    }

    @Override
    public void close() {}
}
