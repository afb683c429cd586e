// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** How the exporters are, for people and monitoring. A service of the broker. Thread-safe. */
@ProviderType
public interface ExporterHealth {

    /**
     * The exporters that are registered, and those whose configuration keeps them from starting, by name. Does not block
     * on any destination.
     */
    List<ExporterStatus> statuses();
}
