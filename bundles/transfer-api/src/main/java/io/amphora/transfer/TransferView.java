// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer;

import java.util.List;
import java.util.OptionalLong;

/**
 * What can be told of a transfer at one moment.
 *
 * @param size bytes of the file, if known: from fin, else from init
 * @param received ranges that are held, ordered, merged and possibly cut off after the first thousand; empty once finished
 */
public record TransferView(TransferId id, State state, OptionalLong size, List<ByteRange> received) {

    /** What a transfer is at. */
    public enum State {
        RECEIVING,
        EXPORTING,
        FINISHED
    }

    public TransferView {
        received = List.copyOf(received);
    }
}
