// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import io.amphora.transfer.Sha256;
import io.amphora.transfer.TransferId;
import java.net.URI;

/**
 * A file that was delivered.
 *
 * @param exporter name of the exporter that has it
 * @param location where it is: a {@code file:} or {@code s3:} URI, or another that the exporter understands
 * @param size bytes
 */
public record ExportedFile(TransferId id, String exporter, URI location, long size, Sha256 sha256) {

    /** The same, which is known as that exporter's. */
    public ExportedFile by(String name) {
        return new ExportedFile(id, name, location, size, sha256);
    }
}
