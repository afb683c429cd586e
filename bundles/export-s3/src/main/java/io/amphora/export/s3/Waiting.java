// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How an export thread waits for requests that it has stopped, or cannot stop. */
final class Waiting {

    private Waiting() {}

    /** Fails if the thread was interrupted; it stays so. */
    static void requireNoInterrupt() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted");
        }
    }

    /**
     * Waits for the end of a request, whatever it is, and whether or not the thread is interrupted.
     *
     * @param patience at most
     */
    static void forEnd(CompletableFuture<?> request, Duration patience) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + patience.toNanos();
        for (boolean waiting = true; waiting; ) {
            try {
                request.handle((result, failure) -> true).get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                waiting = false;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                throw new IllegalStateException("handled failures are none", e);
            } catch (TimeoutException e) {
                waiting = false;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The result of a request that cannot be stopped any more, or why there is none. It has its time-outs; if the
     * thread is interrupted, it has only a while.
     */
    static <T> T forResult(CompletableFuture<T> request, String doing, S3Session session) throws IOException {
        try {
            request.handle((result, failure) -> true).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            forEnd(request, session.grace());
        } catch (ExecutionException e) {
            throw new IllegalStateException("handled failures are none", e);
        }
        if (!request.isDone()) {
            throw new InterruptedIOException(doing + " of " + session + ": left, since it does not end");
        }
        try {
            return request.join();
        } catch (RuntimeException e) {
            throw S3Failure.of(e, doing, session);
        }
    }
}
