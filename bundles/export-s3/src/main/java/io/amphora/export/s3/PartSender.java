// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.transfer.ByteRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sends the parts of one upload that are wanted, so many at once that they could use all threads of the session, while
 * other uploads come to their turn in between. After a failure it pauses until it is told to go on. Thread-safe.
 */
final class PartSender {

    private final S3Session session;
    private final MultipartUpload upload;
    private final Path path;
    private final int window;

    // Guarded by this.
    private final Map<Integer, ByteRange> waiting = new TreeMap<>();
    private final Map<Integer, ByteRange> running = new HashMap<>();
    private Throwable failure;
    private boolean paused;

    PartSender(S3Session session, MultipartUpload upload, Path path) {
        this.session = session;
        this.upload = upload;
        this.path = path;
        this.window = session.settings().connecting().poolSize();
    }

    /** Sees to it that the part is at the server with those bytes. */
    void want(int number, ByteRange range) {
        synchronized (this) {
            ByteRange now = running.get(number);
            if (now == null ? !upload.has(number, range) : !now.equals(range)) {
                waiting.put(number, range);
            }
        }
        pump();
    }

    /** The bytes of a part that was wanted have changed. */
    void wantAgain(int number, ByteRange range) {
        synchronized (this) {
            waiting.put(number, range);
        }
        pump();
    }

    /** Waits until all that is wanted is at the server, or one part has failed. */
    void await() throws IOException, InterruptedException {
        resume();
        synchronized (this) {
            while (failure == null && !(waiting.isEmpty() && running.isEmpty())) {
                wait();
            }
        }
        requireNoFailure();
    }

    /** Goes on after a failure. */
    void resume() {
        synchronized (this) {
            paused = failure != null;
        }
        pump();
    }

    /** Throws the failure of a part, if there was one. */
    void requireNoFailure() throws IOException {
        Throwable thrown;
        synchronized (this) {
            thrown = failure;
            failure = null;
        }
        if (thrown != null) {
            throw S3Failure.of(thrown, "upload", session);
        }
    }

    private void pump() {
        Map<Integer, ByteRange> next = new TreeMap<>();
        synchronized (this) {
            Iterator<Map.Entry<Integer, ByteRange>> parts = waiting.entrySet().iterator();
            while (!paused && running.size() < window && parts.hasNext()) {
                Map.Entry<Integer, ByteRange> part = parts.next();
                if (running.putIfAbsent(part.getKey(), part.getValue()) == null) {
                    next.put(part.getKey(), part.getValue());
                    parts.remove();
                }
            }
        }
        next.forEach((number, range) -> upload.send(number, path, range, thrown -> returned(number, range, thrown)));
    }

    private void returned(int number, ByteRange range, Throwable thrown) {
        synchronized (this) {
            running.remove(number);
            if (thrown != null) {
                waiting.putIfAbsent(number, range);
                failure = thrown;
                paused = true;
            }
            notifyAll();
        }
        pump();
    }
}
