// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;
import java.util.Optional;

/**
 * A file to deliver.
 *
 * @param early what this very exporter has begun of it while it was received, if it has
 */
public record ExportRequest(TransferId id, FileMeta meta, SpooledFile file, Optional<EarlyExport> early) {

    /** A file of which nothing was begun. */
    public ExportRequest(TransferId id, FileMeta meta, SpooledFile file) {
        this(id, meta, file, Optional.empty());
    }

    /** The same, and what was begun of it. */
    public ExportRequest with(Optional<EarlyExport> begun) {
        return new ExportRequest(id, meta, file, begun);
    }
}
