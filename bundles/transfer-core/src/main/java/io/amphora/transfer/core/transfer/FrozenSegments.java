// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import io.amphora.transfer.core.command.Outcome;
import io.amphora.transfer.core.command.Reason;
import io.amphora.transfer.core.spool.SpoolEntry;
import java.io.IOException;
import java.util.List;

/** How segments are answered while the data file must not change (situation 31). */
final class FrozenSegments {

    private FrozenSegments() {}

    static void answer(Transfer transfer, SpoolEntry entry, List<SegmentTask> segments) {
        for (SegmentTask task : segments) {
            task.reply().end(outcome(transfer, entry, task));
        }
    }

    private static Outcome outcome(Transfer transfer, SpoolEntry entry, SegmentTask task) {
        try {
            return entry.holds(task.segment())
                    ? Outcome.SUCCESS
                    : Outcome.of(Reason.FILEMETA_CONFLICT, "the file is being delivered with other bytes");
        } catch (IOException e) {
            return transfer.failure("compare a segment", e);
        }
    }
}
