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

    private List<Runnable> takeWaiting() {
        List<Runnable> ready = awaited.isEmpty() ? List.copyOf(waiting) : List.of();
        waiting.removeAll(ready);
        return ready;
    }
}
