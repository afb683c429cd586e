// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferView;
import io.amphora.transfer.core.command.FileCommand.Finish;
import io.amphora.transfer.core.command.Outcome;
import io.amphora.transfer.core.command.Reason;
import io.amphora.transfer.core.spool.SpoolEntry;
import io.amphora.transfer.spi.Delivery;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Every exporter that wanted the file has it. What is repeated succeeds; what contradicts is refused.
 *
 * @param entry its journal, until the catalog has the delivery
 */
record Finished(Transfer transfer, Delivery delivery, Optional<SpoolEntry> entry) implements TransferState {

    @Override
    public Outcome init(FileMeta meta) {
        return meta.equals(delivery.meta())
                ? Outcome.SUCCESS
                : Outcome.of(Reason.FILEMETA_CONFLICT, "a file of this id, with other metadata, was delivered");
    }

    @Override
    public void store(List<SegmentTask> segments) {
        segments.forEach(task -> task.reply().end(Outcome.SUCCESS));
    }

    @Override
    public void finish(Finish command, Reply reply) {
        reply.end(transfer.contradiction(command, delivery.size(), delivery.sha256())
                .orElse(Outcome.SUCCESS));
    }

    @Override
    public Outcome abort() {
        return Outcome.SUCCESS;
    }

    @Override
    public Outcome status() {
        return Outcome.status(new TransferView(
                delivery.id(), TransferView.State.FINISHED, OptionalLong.of(delivery.size()), List.of()));
    }

    @Override
    public void expire(Instant now) throws IOException {
        if (entry.isPresent()) {
            transfer.expireDelivered(entry.get(), delivery, now);
        }
    }

    @Override
    public boolean isIdle() {
        return true;
    }

    @Override
    public void close() {
        entry.ifPresent(SpoolEntry::close);
    }
}
