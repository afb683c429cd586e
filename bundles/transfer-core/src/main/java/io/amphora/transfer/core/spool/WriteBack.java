// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Has the disk take what was written to large files while more of them comes in, so that the sync at their end finds
 * little left to do. One file at a time, on a thread of its own. Thread-safe.
 */
final class WriteBack implements AutoCloseable {

    private final ExecutorService thread = Executors.newSingleThreadExecutor(WriteBack::newThread);

    private static Thread newThread(Runnable task) {
        Thread thread = new Thread(task, "amphora-write-back");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Begins to sync a file, by a channel of its own: its failure is told by the future alone, and no later sync of the
     * file fails because of it.
     */
    Future<?> begin(Path path) {
        return thread.submit(() -> {
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
                file.force(false);
            }
            return null;
        });
    }

    /** Gives up what is not done. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
