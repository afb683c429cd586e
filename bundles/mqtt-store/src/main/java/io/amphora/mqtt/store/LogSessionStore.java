// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.store;

import io.amphora.mqtt.spi.SessionStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store whose one thread writes to the log what has come in meanwhile, all of it with one write, and synced once where
 * that is wanted. Thread-safe.
 */
final class LogSessionStore implements SessionStore, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LogSessionStore.class);
    private static final int GROUP_BYTES = 4 << 20;
    private static final long CLOSE_SECONDS = 30;
    private static final CompletableFuture<Void> STORED = CompletableFuture.completedFuture(null);

    /** A call of {@link #write}, with nothing to write for the one that ends the thread. */
    private static final class Write {

        private final byte[] frame;
        private final CompletableFuture<Void> stored = new CompletableFuture<>();

        Write(byte[] frame) {
            this.frame = frame;
        }
    }

    private final SegmentedLog log;
    private final BlockingQueue<Write> waiting = new LinkedBlockingQueue<>();
    private final Write last = new Write(new byte[0]);
    private final Thread thread;
    private boolean cleaningFails; // known to the store's thread only
    private boolean closed;

    LogSessionStore(SegmentedLog log) {
        this.log = log;
        this.thread = new Thread(this::run, "amphora-session-store");
        this.thread.setDaemon(true);
    }

    @Override
    public synchronized void read(Reader reader) throws IOException {
        if (thread.isAlive()) {
            throw new IllegalStateException("reading begins before writing");
        }
        log.read(reader);
    }

    @Override
    public CompletionStage<Void> write(List<Change> changes) {
        byte[] frame = changes.isEmpty() ? new byte[0] : Frame.encode(changes);
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(new IOException("the store is closed"));
            }
            if (thread.getState() == Thread.State.NEW) {
                if (changes.isEmpty()) {
                    return STORED;
                }
                thread.start();
            }
            Write write = new Write(frame);
            waiting.add(write);
            return write.stored;
        }
    }

    private void run() {
        List<Write> group = new ArrayList<>();
        boolean open = true;
        while (open) {
            try {
                takeGroup(group);
            } catch (InterruptedException e) {
                LOG.info("Interrupted, writes no more");
                return;
            }
            open = !group.remove(last);
            store(group);
            group.clear();
        }
    }

    private void takeGroup(List<Write> group) throws InterruptedException {
        int bytes = 0;
        Write next = waiting.isEmpty() && log.needsCleaning() ? cleanUntilNext() : waiting.take();
        while (next != null) {
            group.add(next);
            bytes += next.frame.length;
            next = bytes < GROUP_BYTES ? waiting.poll() : null;
        }
    }

    /** Makes use of the quiet. */
    private Write cleanUntilNext() throws InterruptedException {
        while (waiting.isEmpty() && log.needsCleaning()) {
            if (!clean()) {
                break;
            }
        }
        return waiting.take();
    }

    private void store(List<Write> group) {
        try {
            log.append(group.stream()
                    .map(write -> write.frame)
                    .filter(frame -> frame.length > 0)
                    .toList());
        } catch (IOException | RuntimeException e) { // whatever it is, nobody waits for ever
            group.forEach(write -> write.stored.completeExceptionally(e));
            return;
        }
        group.forEach(write -> write.stored.complete(null));
        if (log.needsCleaning()) {
            clean(); // a piece for each group, so that the log stays in bounds without a quiet moment too
        }
    }

    private boolean clean() {
        try {
            log.clean();
            cleaningFails = false;
            return true;
        } catch (IOException | RuntimeException e) {
            if (!cleaningFails) { // it is tried again with every group
                LOG.error("Cleaning the session store failed", e);
            }
            cleaningFails = true;
            return false;
        }
    }

    /** Writes what waits, then closes the log. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
            if (thread.getState() != Thread.State.NEW) {
                waiting.add(last);
            }
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.close();
    }
}
