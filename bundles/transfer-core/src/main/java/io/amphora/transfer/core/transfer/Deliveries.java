// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.Delivery;
import java.io.IOException;
import java.util.Optional;

/** What transfers know of deliveries beyond their own journals. Thread-safe. */
public interface Deliveries {

    /** A delivery that is remembered though its journal is gone. May block. */
    Optional<Delivery> find(TransferId id) throws IOException;

    /** Whether there is a place beyond the spool where deliveries are remembered. */
    boolean isCatalogPresent();

    /** Remembers a delivery some time; then {@link Transfers#catalogued} is called. Does not block. */
    void remember(Delivery delivery);
}
