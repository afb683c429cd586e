// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What file transfer holds, and what it has done since it was started: for the shell, metrics and whoever else shows it.
 * Asking is cheap, does not block, and disturbs no transfer. Figures of one answer may be a moment apart. Thread-safe.
 */
@ProviderType
public interface TransferStatistics {

    /** What there is at this moment. */
    Holdings holdings();

    /** What was done since file transfer was started. */
    Totals totals();

    /** How commands have ended since file transfer was started; what has never happened is left out. */
    List<CommandCount> commands();

    /**
     * What there is at this moment.
     *
     * @param counted whether all that an earlier run left in the spool was counted; before, the spool's figures are too low
     * @param spoolBytes bytes of all segments held, plus those of all journals
     * @param openTransfers transfers that were begun and are not delivered
     * @param clients clients that have anything in the spool
     * @param residentTransfers transfers that are in memory
     * @param openFiles files of the spool that are open
     */
    record Holdings(
            boolean counted,
            long spoolBytes,
            long openTransfers,
            long clients,
            long residentTransfers,
            long openFiles) {}

    /**
     * What was done since file transfer was started.
     *
     * @param segmentBytes bytes of segments that were acknowledged, repeated ones included
     * @param deliveredFiles files that every exporter that wants them has
     * @param deliveredBytes their bytes, each file counted once
     * @param collectedTransfers unfinished transfers that were discarded because nothing had come for too long
     * @param expiredFiles delivered files that were deleted because their {@code expire_at} had passed, once for each exporter
     * @param leftoverFiles files that a crash had left in the spool, belonging to no transfer, and that were removed
     */
    record Totals(
            long segmentBytes,
            long deliveredFiles,
            long deliveredBytes,
            long collectedTransfers,
            long expiredFiles,
            long leftoverFiles) {}

    /**
     * How often commands of one kind have ended in one way.
     *
     * @param command {@code init}, {@code segment}, {@code fin}, {@code abort}, {@code status}, or {@code invalid} for what is none
     * @param reason the token that the client was told, as {@code success}
     */
    record CommandCount(String command, String reason, long count) {}
}
