// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A client that sends file transfer commands and learns how they end. Thread-safe. */
public interface Commands extends AutoCloseable {

    /** Commands that are on their way at once. */
    int WINDOW = 16;

    /** Publishes a command; the stage gives its reason code. */
    CompletableFuture<Integer> send(String topic, byte[] payload) throws Exception;

    @Override
    void close() throws IOException;

    /** Begins a file and sends its bytes, several segments at once; all succeed. */
    default void sendBytes(SentFile file, int segmentSize) throws Exception {
        String topic = "$file/" + file.fileId() + "/";
        assertEquals("init", 0, await(send(topic + "init", file.meta())));
        byte[] bytes = file.bytes();
        Semaphore window = new Semaphore(WINDOW);
        List<CompletableFuture<Integer>> results = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += segmentSize) {
            window.acquire();
            byte[] segment = Arrays.copyOfRange(bytes, at, Math.min(at + segmentSize, bytes.length));
            results.add(send(topic + at, segment).whenComplete((code, failure) -> window.release()));
        }
        for (CompletableFuture<Integer> result : results) {
            assertEquals("segment", 0, await(result));
        }
    }

    /** Ends a file and returns the reason code. */
    default int finish(SentFile file) throws Exception {
        String checksum = SentFile.sha256(file.bytes());
        return await(send("$file/" + file.fileId() + "/fin/" + file.size() + "/" + checksum, new byte[0]));
    }

    static int await(CompletableFuture<Integer> result) throws Exception {
        return result.get(60, TimeUnit.SECONDS);
    }
}
