// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps so many bytes of a file system free. Exports that run at once do not know of each other, so that they may go
 * below by what they copy together. Immutable.
 *
 * @param floor bytes that stay free; 0 for none
 */
record FreeSpace(long floor) {

    /** Does not look. */
    static final FreeSpace ANY = new FreeSpace(0);

    /** @throws IllegalArgumentException naming the setting */
    FreeSpace {
        if (floor < 0) {
            throw new IllegalArgumentException("min_free_space is 0 or more, not " + floor);
        }
    }

    /**
     * Sees whether there is room.
     *
     * @param folder on the file system
     * @param bytes that are about to be taken
     * @throws IOException if less than the floor would be left
     */
    void require(Path folder, long bytes) throws IOException {
        if (floor > 0) {
            long usable = Files.getFileStore(folder).getUsableSpace();
            if (usable - bytes < floor) {
                throw new IOException("min_free_space: of " + usable + " free bytes " + floor + " are to stay, and "
                        + bytes + " more would be taken below " + folder);
            }
        }
    }
}
