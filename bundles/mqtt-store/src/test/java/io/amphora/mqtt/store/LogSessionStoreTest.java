// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.spi.SessionStore.Change;
import io.amphora.mqtt.spi.SessionStore.RecordKey;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The store under several threads, and what it keeps. */
public final class LogSessionStoreTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private LogSessionStore open() throws IOException {
        return new LogSessionStore(new SegmentedLog(Path.of(folder.getRoot().getPath(), "sessions"), 100_000, false));
    }

    private static Change put(long owner, long number) {
        return Change.put(new RecordKey(RecordKind.QUEUED, owner, number), new byte[100]);
    }

    private static void await(CompletableFuture<?> stored) throws Exception {
        stored.get(60, TimeUnit.SECONDS);
    }

    private Set<RecordKey> keys() throws Exception {
        Set<RecordKey> keys = new TreeSet<>((a, b) ->
                a.owner() == b.owner() ? Long.compare(a.number(), b.number()) : Long.compare(a.owner(), b.owner()));
        try (LogSessionStore store = open()) {
            store.read((key, value) -> keys.add(key));
        }
        return keys;
    }

    @Test
    public void whatIsStoredIsThereAfterwards() throws Exception {
        try (LogSessionStore store = open()) {
            await(store.write(List.of(put(1, 1), put(1, 2))).toCompletableFuture());
            await(store.write(List.of(Change.remove(put(1, 1).key()))).toCompletableFuture());
        }
        assertEquals(Set.of(new RecordKey(RecordKind.QUEUED, 1, 2)), keys());
    }

    @Test
    public void manyThreadsWriteAtOnceAndWhatTheyRemoveIsGone() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (LogSessionStore store = open()) {
            List<Future<?>> done = new ArrayList<>();
            for (long owner = 1; owner <= 4; owner++) {
                long own = owner;
                done.add(threads.submit(() -> {
                    CompletableFuture<Void> last = null;
                    for (long number = 0; number < 5_000; number++) {
                        var unused = store.write(List.of(put(own, number)));
                        last = store.write(List.of(
                                        Change.remove(put(own, number - 10).key())))
                                .toCompletableFuture();
                    }
                    last.get(60, TimeUnit.SECONDS);
                    return null;
                }));
            }
            for (Future<?> each : done) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(40, keys().size());
    }

    @Test
    public void anEmptyWriteWaitsForTheEarlierOnes() throws Exception {
        try (LogSessionStore store = open()) {
            await(store.write(List.of()).toCompletableFuture());
            CompletableFuture<Void> before = store.write(List.of(put(1, 1))).toCompletableFuture();
            await(store.write(List.of()).toCompletableFuture());
            assertTrue(before.isDone());
        }
    }

    @Test
    public void aClosedStoreSaysSo() throws Exception {
        LogSessionStore store = open();
        store.close();
        assertThrows(
                ExecutionException.class,
                () -> await(store.write(List.of(put(1, 1))).toCompletableFuture()));
    }
}
