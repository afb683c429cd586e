// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import io.amphora.transfer.spi.ExporterStatus.Degraded;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes of a running exporter's configuration: one that cannot be leaves the exporter as it was, is logged, and is told
 * of until another succeeds. Thread-safe, but for two changes at once, which Config Admin does not make.
 */
public final class Reconfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(Reconfiguration.class);

    private volatile Optional<Degraded> refused = Optional.empty();

    /** Takes other settings, or throws and leaves everything as it was. */
    @FunctionalInterface
    public interface Change {
        void make() throws IOException;
    }

    /** Makes a change, unless it cannot be. */
    public void make(Exporter exporter, Change change) {
        try {
            change.make();
            refused = Optional.empty();
        } catch (IOException | RuntimeException e) { // of whatever kind: deliveries go on
            Degraded why = Degraded.notChanged(e);
            refused = Optional.of(why);
            LOG.error("Left the exporter {} as it was, {}", exporter.name(), why.why());
        }
    }

    /** Why the latest change was refused; empty if it was not. */
    public Optional<Degraded> refused() {
        return refused;
    }
}
