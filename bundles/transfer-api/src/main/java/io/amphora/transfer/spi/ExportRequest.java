// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;

/** A file to deliver. */
public record ExportRequest(TransferId id, FileMeta meta, SpooledFile file) {}
