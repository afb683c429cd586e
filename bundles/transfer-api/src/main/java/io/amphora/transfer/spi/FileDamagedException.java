// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import java.io.IOException;

/**
 * The destination accepted the file and holds something else; the exporter has removed it. A file that is damaged twice
 * with the same message is not tried again. The message tells the client and the operator the difference, and
 * the setting that may help; it contains no secret.
 */
public final class FileDamagedException extends IOException {

    private static final long serialVersionUID = 1L;

    /** @param message a sentence for client and operator, the same for the same damage */
    public FileDamagedException(String message) {
        super(message);
    }

    /** Refuses a number of bytes other than the file's. */
    public static void requireSize(String where, long held, long size) throws FileDamagedException {
        if (held != size) {
            throw new FileDamagedException(differentSize(where, held, size));
        }
    }

    /** Names the difference between two numbers of bytes. */
    public static String differentSize(String where, long held, long size) {
        return where + " holds " + held + " bytes, the file has " + size;
    }
}
