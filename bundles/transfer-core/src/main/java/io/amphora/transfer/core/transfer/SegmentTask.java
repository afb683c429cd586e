// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import io.amphora.transfer.core.command.FileCommand.StoreSegment;
import io.amphora.transfer.core.spool.Segment;

/** A segment and where its answer goes. */
record SegmentTask(StoreSegment command, Reply reply) {

    int length() {
        return command.bytes().remaining();
    }

    Segment segment() {
        return new Segment(command.offset(), command.bytes());
    }
}
