// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.export;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.Exporter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The exporters that are there at the moment. Thread-safe. */
public final class Exporters {

    private final List<Exporter> all = new CopyOnWriteArrayList<>();

    /** An exporter has come. */
    public void add(Exporter exporter) {
        all.add(exporter);
    }

    /** An exporter has gone; exports that run on it go on. */
    public void remove(Exporter exporter) {
        all.remove(exporter);
    }

    /** The exporter of a name. */
    public Optional<Exporter> named(String name) {
        return all.stream().filter(exporter -> exporter.name().equals(name)).findFirst();
    }

    /** Those that want a file. */
    List<Exporter> accepting(TransferId id, FileMeta meta, long size) {
        return all.stream().filter(exporter -> exporter.accepts(id, meta, size)).toList();
    }
}
