// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import java.io.IOException;

/**
 * The destination can never take this file, as one whose name it cannot store: another attempt would fail the same way.
 * The message tells the client why; it contains no secret.
 */
public final class FileRefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    /** @param message a sentence for the client */
    public FileRefusedException(String message) {
        super(message);
    }

    /** @param message a sentence for the client */
    public FileRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
