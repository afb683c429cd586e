// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import io.amphora.transfer.core.command.CommandKind;
import io.amphora.transfer.core.command.Outcome;
import io.amphora.transfer.core.command.Reason;
import io.amphora.transfer.spi.TransferStatistics.CommandCount;
import io.amphora.transfer.spi.TransferStatistics.Totals;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what happens. Thread-safe, and made so that threads which count at once do not wait for each other. */
public final class TransferCounters {

    /** Complete from the beginning, so that it is only read. */
    private final Map<CommandKind, Map<Reason, LongAdder>> ended = new EnumMap<>(CommandKind.class);

    private final LongAdder segmentBytes = new LongAdder();
    private final LongAdder deliveredFiles = new LongAdder();
    private final LongAdder deliveredBytes = new LongAdder();
    private final LongAdder collectedTransfers = new LongAdder();
    private final LongAdder expiredFiles = new LongAdder();

    public TransferCounters() {
        for (CommandKind kind : CommandKind.values()) {
            Map<Reason, LongAdder> reasons = new EnumMap<>(Reason.class);
            for (Reason reason : Reason.values()) {
                reasons.put(reason, new LongAdder());
            }
            ended.put(kind, reasons);
        }
    }

    /**
     * A command has ended.
     *
     * @param payload bytes that it came with
     */
    public void ended(CommandKind kind, Outcome outcome, int payload) {
        ended.get(kind).get(outcome.reason()).increment();
        if (kind == CommandKind.SEGMENT && outcome.isSuccess()) {
            segmentBytes.add(payload);
        }
    }

    void delivered(long bytes) {
        deliveredFiles.increment();
        deliveredBytes.add(bytes);
    }

    void collected() {
        collectedTransfers.increment();
    }

    /** A delivered file was deleted from one exporter. */
    public void expired() {
        expiredFiles.increment();
    }

    /** The sums so far. */
    public Totals totals(long leftoverFiles) {
        return new Totals(
                segmentBytes.sum(),
                deliveredFiles.sum(),
                deliveredBytes.sum(),
                collectedTransfers.sum(),
                expiredFiles.sum(),
                leftoverFiles);
    }

    /** What has happened at least once. */
    public List<CommandCount> commands() {
        List<CommandCount> counts = new ArrayList<>();
        ended.forEach((kind, reasons) -> reasons.forEach((reason, times) -> {
            long count = times.sum();
            if (count > 0) {
                counts.add(new CommandCount(kind.word(), reason.token(), count));
            }
        }));
        return counts;
    }
}
