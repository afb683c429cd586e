// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.TransferId;
import java.time.Instant;
import java.util.List;

/**
 * A file that was delivered, as the catalog knows it.
 *
 * @param meta what the client said of it in init
 * @param size bytes
 * @param deliveredAt when the last exporter had it, to the millisecond
 * @param exports one for each exporter that has it; none if nobody wanted it any more
 */
public record Delivery(
        TransferId id, FileMeta meta, long size, Sha256 sha256, Instant deliveredAt, List<ExportedFile> exports) {

    public Delivery {
        exports = List.copyOf(exports);
    }
}
