// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exporters come one after the other when the process starts. Until all of them have that were there before, deliveries
 * wait, lest a file that was accepted goes to the first ones only. Thread-safe.
 */
final class ReturningExporters {

    private static final Logger LOG = LoggerFactory.getLogger(ReturningExporters.class);

    // Guarded by this.
    private ExporterNames known = ExporterNames.inMemory();
    private final Set<String> awaited = new TreeSet<>();
    private Set<String> absent = Set.of();
    private final List<Runnable> waiting = new ArrayList<>();

    /** Remembers in a file who has come, and waits for those that it names. */
    synchronized void remember(Path file) throws IOException {
        known = ExporterNames.of(file);
        awaited.addAll(known.all());
    }

    /** An exporter of this name has come. */
    void arrived(String name) {
        List<Runnable> ready;
        synchronized (this) {
            awaited.remove(name);
            try {
                known.add(name);
            } catch (IOException e) {
                LOG.warn("Failed to note the exporter {}; it will not be waited for after a restart", name, e);
            }
            ready = takeWaiting();
        }
        ready.forEach(Runnable::run);
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

    /**
     * To be called now and then: those that were absent the last time too, or were waited for, are so no longer.
     *
     * @param present the names of those that are there
     */
    void forgetAbsent(Set<String> present) {
        List<Runnable> ready;
        synchronized (this) {
            Set<String> now = new TreeSet<>(known.all());
            now.removeAll(present);
            awaited.addAll(absent);
            awaited.retainAll(now);
            forget(List.copyOf(awaited));
            awaited.clear();
            absent = now;
            ready = takeWaiting();
        }
        ready.forEach(Runnable::run);
    }

    private void forget(List<String> gone) {
        if (gone.isEmpty()) {
            return;
        }
        try {
            known.removeAll(gone);
            LOG.info("Delivering without the exporters {}, which have not come back", gone);
        } catch (IOException e) {
            LOG.warn("Failed to forget the exporters {}; the next start waits for them again", gone, e);
        }
    }

    private List<Runnable> takeWaiting() {
        List<Runnable> ready = awaited.isEmpty() ? List.copyOf(waiting) : List.of();
        waiting.removeAll(ready);
        return ready;
    }
}
