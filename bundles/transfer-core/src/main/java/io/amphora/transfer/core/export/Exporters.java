// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.export;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.Exporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exporters that are there at the moment. Those that were there before a restart come one after the other: until all
 * of them have, deliveries wait, lest a file that was accepted goes to the first ones only. Thread-safe.
 */
public final class Exporters {

    private static final Logger LOG = LoggerFactory.getLogger(Exporters.class);

    private final List<Exporter> all = new CopyOnWriteArrayList<>();

    // Guarded by this.
    private ExporterNames known = ExporterNames.inMemory();
    private final Set<String> awaited = new TreeSet<>();
    private final List<Runnable> waiting = new ArrayList<>();

    /** Remembers in a file who has come, and waits for those that it names. */
    public synchronized void remember(Path file) throws IOException {
        known = ExporterNames.of(file);
        awaited.addAll(known.all());
        all.forEach(exporter -> arrived(exporter.name()));
    }

    private synchronized List<Runnable> arrived(String name) {
        awaited.remove(name);
        try {
            known.add(name);
        } catch (IOException e) {
            LOG.warn("Failed to note the exporter {}; it will not be waited for after a restart", name, e);
        }
        return takeWaiting();
    }

    private List<Runnable> takeWaiting() {
        List<Runnable> ready = awaited.isEmpty() ? List.copyOf(waiting) : List.of();
        waiting.removeAll(ready);
        return ready;
    }

    /** Runs a task as soon as nobody is waited for, perhaps at once. */
    void whenComplete(Runnable task) {
        List<Runnable> ready;
        synchronized (this) {
            waiting.add(task);
            ready = takeWaiting();
        }
        ready.forEach(Runnable::run);
    }

    /** Goes on without those that have not come, and forgets them. */
    void waitNoLonger() {
        List<Runnable> ready;
        synchronized (this) {
            if (awaited.isEmpty()) {
                return;
            }
            LOG.warn("Delivering without the exporters {}, which were there before the restart", awaited);
            try {
                known.removeAll(List.copyOf(awaited));
            } catch (IOException e) {
                LOG.warn("Failed to note that they are gone; the next start waits for them again", e);
            }
            awaited.clear();
            ready = takeWaiting();
        }
        ready.forEach(Runnable::run);
    }

    /** An exporter has come. */
    public void add(Exporter exporter) {
        all.add(exporter);
        arrived(exporter.name()).forEach(Runnable::run);
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
