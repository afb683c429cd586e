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

    /**
     * One that is there.
     *
     * @param name that it had when it came, or when its configuration changed last
     * @param since when it has that
     * @param changes of its configuration, so far
     */
    record Present(Exporter exporter, String name, Instant since, int changes) {

        /** Whether this is the same exporter before it was changed. */
        boolean isBefore(Present other) {
            return exporter == other.exporter && changes < other.changes;
        }

        static Present now(Exporter exporter, int changes) {
            return new Present(exporter, exporter.name(), Instant.now(), changes);
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
        Present present = Present.now(exporter, 0);
        synchronized (this) {
            if (place(present)) {
                LOG.info("Added the exporter {}", present.name());
            }
        }
        returning.arrived(present.name());
    }

    /** Its configuration has changed, perhaps its name. It is there all the time, unless another has the name. */
    public void changed(Exporter exporter) {
        Optional<Present> now;
        synchronized (this) {
            Optional<Present> before = of(all, exporter).or(() -> of(refused, exporter));
            now = before.map(present -> Present.now(exporter, present.changes() + 1));
            now.ifPresent(present -> change(before.orElseThrow(), present));
        }
        now.map(Present::name).ifPresent(returning::arrived);
    }

    private void change(Present before, Present now) {
        boolean renamed = !now.name().equals(before.name());
        if (renamed) {
            LOG.info("The exporter {} is called {} now", before.name(), now.name());
        }
        place(now);
        if (renamed) {
            giveAway(before.name());
        }
    }

    /** Returns whether it is used. Whoever asks meanwhile sees it, unless it was refused before or is now. */
    private boolean place(Present present) {
        List<Present> others = without(all, present.exporter());
        boolean free = others.stream().noneMatch(other -> other.name().equals(present.name()));
        all = free ? with(others, present) : others;
        refused = without(refused, present.exporter());
        if (!free) {
            refused = with(refused, present);
            LOG.error("Refused an exporter: another one is called {}, give it a name of its own", present.name());
        }
        return free;
    }

    /** An exporter has gone; exports that run on it go on. */
    public synchronized void remove(Exporter exporter) {
        Optional<Present> used = of(all, exporter);
        all = without(all, exporter);
        refused = without(refused, exporter);
        used.ifPresent(gone -> {
            LOG.info("Removed the exporter {}", gone.name());
            giveAway(gone.name());
        });
    }

    /** A name is free: whoever waits for it has it, if anybody does. */
    private void giveAway(String name) {
        boolean taken = all.stream().anyMatch(present -> present.name().equals(name));
        Optional<Present> next = refused.stream()
                .filter(present -> !taken && present.name().equals(name))
                .findFirst();
        if (next.isPresent() && place(next.get())) {
            LOG.info("Added the exporter {}", name);
        }
    }

    private static Optional<Present> of(List<Present> list, Exporter exporter) {
        return list.stream().filter(present -> present.exporter() == exporter).findFirst();
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
    List<Present> accepting(TransferId id, FileMeta meta, long size) {
        return all.stream()
                .filter(present -> present.exporter().accepts(id, meta, size))
                .toList();
    }

    /** All that are used, as they are at the moment. */
    List<Present> present() {
        return all;
    }

    boolean isThere(Exporter exporter) {
        return of(all, exporter).isPresent();
    }

    int count() {
        return all.size();
    }

    private Stream<Exporter> stream() {
        return all.stream().map(Present::exporter);
    }

    /** Those whose name was taken. */
    List<Present> refused() {
        return refused;
    }
}
