// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * What one configuration amounts to: clients, and the threads that requests run on, as many as there may be requests at
 * once. It has users; when the exporter has moved on to another session, the last of them closes it. Thread-safe.
 */
final class S3Session {

    private static final Logger LOG = LoggerFactory.getLogger(S3Session.class);

    /** How long a request that was stopped may take to return. */
    static final Duration GRACE = Duration.ofSeconds(10);

    private static final int IDLE_SECONDS = 20;

    private final S3Settings settings;
    private final OpenUploads openUploads;
    private final Duration grace;
    private final S3Clients clients;
    private final ThreadPoolExecutor threads;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean interrupted;
    private volatile boolean partsHaveChecksums;
    private int users = 1; // the exporter itself; guarded by this

    /** @param grace how long a request that was stopped may take to return */
    S3Session(S3Settings settings, OpenUploads openUploads, Duration grace) {
        this.settings = settings;
        this.openUploads = openUploads;
        this.grace = grace;
        this.clients = S3Clients.open(settings.connecting());
        int size = settings.connecting().poolSize();
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "amphora-s3-" + settings.name() + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    S3Settings settings() {
        return settings;
    }

    /** How long a request that was stopped may take to return. */
    Duration grace() {
        return grace;
    }

    S3Client s3() {
        return clients.s3();
    }

    S3Presigner presigner() {
        return clients.presigner();
    }

    OpenUploads openUploads() {
        return openUploads;
    }

    /** Runs a request as soon as one of the threads is free; only a user may ask. */
    <T> CompletableFuture<T> submit(Callable<T> request) {
        CompletableFuture<T> result = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                result.complete(request.call());
            } catch (Throwable e) { // whoever waits for the result gets it
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /** Runs a task that reports to nobody, likewise. */
    void execute(Runnable task) {
        threads.execute(task);
    }

    /** Becomes a user, unless the last has gone. */
    synchronized boolean acquire() {
        if (users == 0) {
            return false;
        }
        users++;
        return true;
    }

    /** Stops being a user. */
    void release() {
        synchronized (this) {
            users--;
            if (users > 0) {
                return;
            }
        }
        threads.shutdown();
        clients.close();
        closed.countDown();
        LOG.debug("Closed a session of the exporter {}", settings.name());
    }

    /** Whether its last user has gone. */
    boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Waits for the users that are left, and stops what they do when the time is up. */
    void drain(Duration timeout) {
        try {
            if (!closed.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Stopped uploads of {} that did not end within {} s", settings.name(), timeout.toSeconds());
                interrupted = true;
            }
        } catch (InterruptedException e) {
            interrupted = true;
            Thread.currentThread().interrupt();
        }
    }

    /** Returns true unless the server gives a better checksum of parts than an ETag, which costs no time. */
    boolean wantsMd5() {
        return !partsHaveChecksums;
    }

    /** Remembers whether the server gave a checksum of the latest part. */
    void partsHaveChecksums(boolean given) {
        partsHaveChecksums = given;
    }

    /** Whether uploads have to stop. */
    boolean isInterrupted() {
        return interrupted;
    }

    @Override
    public String toString() {
        return settings.bucket() + " at " + settings.connecting().where();
    }
}
