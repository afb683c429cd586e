// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import java.io.IOException;

/** An entry passed its check sum and says nothing that this version understands. */
final class UnreadableJournalException extends IOException {

    private static final long serialVersionUID = 1L;

    UnreadableJournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
