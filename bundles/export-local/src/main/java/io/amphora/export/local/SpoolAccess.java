// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import io.amphora.transfer.spi.SpooledFile;
import java.io.IOException;
import java.nio.file.Path;

/** A way to bring the content of a spooled file under another name. Implementations are thread-safe. */
@FunctionalInterface
interface SpoolAccess {

    /** Makes the target, which is not there, hold the file's bytes and no others, synced. */
    void bring(SpooledFile file, Path target) throws IOException;
}
