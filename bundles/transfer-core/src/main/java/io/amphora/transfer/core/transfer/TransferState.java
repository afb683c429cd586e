// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.core.command.FileCommand.Finish;
import io.amphora.transfer.core.command.Outcome;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * What a transfer is at, and how it answers each command there. An {@link IOException} out of any method means that the
 * command failed and the state stayed as it was. Confined to the transfer's strand.
 */
sealed interface TransferState permits Unknown, Receiving, Exporting, PartlyExported, Finished {

    /** Begins, or finds that it has begun. */
    Outcome init(FileMeta meta) throws IOException;

    /** Stores segments and answers each. */
    void store(List<SegmentTask> segments);

    /** Delivers the file and answers, at once or later. */
    void finish(Finish command, Reply reply) throws IOException;

    /** Gives up. */
    Outcome abort() throws IOException;

    /** Tells what there is. */
    Outcome status();

    /** Ends the transfer if it has lived past its time. */
    void expire(Instant now) throws IOException;

    /** Whether the transfer may leave memory: its journal brings it back. */
    boolean isIdle();

    /** Releases files that are open. */
    void close();
}
