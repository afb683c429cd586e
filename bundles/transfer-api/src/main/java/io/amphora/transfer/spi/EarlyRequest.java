// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;
import java.nio.file.Path;

/**
 * A file that is being received.
 *
 * @param meta what the client said of it; its size, if given, is a promise that need not be kept
 * @param path of the spooled file that grows; it stays valid until the early export is over
 */
public record EarlyRequest(TransferId id, FileMeta meta, Path path) {}
