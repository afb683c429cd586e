// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.export;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.Exporter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exporters that are there at the moment, one for each name: another of the same name waits until the first has gone,
 * since nobody could tell who has a file. After a start deliveries wait for those that were there before. Thread-safe.
 */
public final class Exporters {

    private static final Logger LOG = LoggerFactory.getLogger(Exporters.class);

    /** One that is there, and since when. */
    record Present(Exporter exporter, Instant since) {

        String name() {
            return exporter.name();
        }
    }

    private final ReturningExporters returning = new ReturningExporters();
    private volatile List<Present> all = List.of();
    private volatile List<Present> refused = List.of();

    /** Remembers in a file who has come, and lets deliveries wait for those that it names. */
    public void remember(Path file) throws IOException {
        returning.remember(file);
        stream().map(Exporter::name).forEach(returning::arrived);
    }

    /** Runs a task as soon as all that were there before the start have come, or are waited for no longer. */
    void whenComplete(Runnable task) {
        returning.whenComplete(task);
    }

    /** To be called now and then: those that were absent the last time too, or were waited for, are so no longer. */
    void forgetAbsent() {
        returning.forgetAbsent(stream().map(Exporter::name).collect(Collectors.toSet()));
    }

    /** An exporter has come. */
    public void add(Exporter exporter) {
        place(exporter);
        returning.arrived(exporter.name());
    }

    private synchronized void place(Exporter exporter) {
        Present present = new Present(exporter, Instant.now());
        if (named(exporter.name()).isEmpty()) {
            all = with(all, present);
            LOG.info("Added the exporter {}", exporter.name());
        } else {
            refused = with(refused, present);
            LOG.error("Refused an exporter: another one is called {}, give it a name of its own", exporter.name());
        }
    }

    /** An exporter has gone; exports that run on it go on. */
    public synchronized void remove(Exporter exporter) {
        boolean used = isThere(exporter);
        all = without(all, exporter);
        refused = without(refused, exporter);
        if (used) {
            LOG.info("Removed the exporter {}", exporter.name());
            refused.stream()
                    .filter(next -> next.name().equals(exporter.name()))
                    .findFirst()
                    .ifPresent(next -> {
                        refused = without(refused, next.exporter());
                        place(next.exporter());
                    });
        }
    }

    private static List<Present> with(List<Present> list, Present one) {
        List<Present> more = new ArrayList<>(list);
        more.add(one);
        return List.copyOf(more);
    }

    private static List<Present> without(List<Present> list, Exporter one) {
        return list.stream().filter(present -> present.exporter() != one).toList();
    }

    /** The exporter of a name. */
    public Optional<Exporter> named(String name) {
        return stream().filter(exporter -> exporter.name().equals(name)).findFirst();
    }

    /** Those that want a file. */
    List<Exporter> accepting(TransferId id, FileMeta meta, long size) {
        return stream().filter(exporter -> exporter.accepts(id, meta, size)).toList();
    }

    boolean isThere(Exporter exporter) {
        return stream().anyMatch(present -> present == exporter);
    }

    int count() {
        return all.size();
    }

    /** All that are used. */
    Stream<Exporter> stream() {
        return all.stream().map(Present::exporter);
    }

    /** Those whose name was taken. */
    List<Present> refused() {
        return refused;
    }
}
