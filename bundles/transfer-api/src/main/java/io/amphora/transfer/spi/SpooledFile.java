// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import io.amphora.transfer.Sha256;
import java.nio.file.Path;

/**
 * A complete file in the spool. Its content does not change and the path stays valid until {@link Exporter#export}
 * returns. The spool drops its own name of the file afterwards and never writes to it again once an exporter has it, so
 * an exporter may keep a hard link.
 *
 * @param path of a regular file that holds the content in its first {@code size} bytes; it may be longer
 * @param size bytes of the file
 * @param sha256 over those bytes
 */
public record SpooledFile(Path path, long size, Sha256 sha256) {}
