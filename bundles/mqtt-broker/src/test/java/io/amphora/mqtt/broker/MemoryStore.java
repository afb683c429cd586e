// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.spi.SessionStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A store that stores at once, from any thread, or when the test says so, or not at all. */
final class MemoryStore implements SessionStore {

    private record Write(List<Change> changes, CompletableFuture<Void> stored) {}

    private final Map<RecordKey, byte[]> records = new LinkedHashMap<>();
    private final List<Write> waiting = new ArrayList<>();
    private Runnable meanwhile = () -> {};
    private boolean waits;
    private boolean fails;

    /** Whether writes wait for {@link #store()}. */
    void waits(boolean next) {
        waits = next;
    }

    /** What happens before the next write. */
    void meanwhile(Runnable action) {
        meanwhile = action;
    }

    void fails(boolean next) {
        fails = next;
    }

    /** Stores what waits. */
    void store() {
        List<Write> now = List.copyOf(waiting);
        waiting.clear();
        now.forEach(this::store);
    }

    /** Stores the first that wait, as many as there are. */
    void store(int most) {
        for (int i = 0; i < most && !waiting.isEmpty(); i++) {
            store(waiting.remove(0));
        }
    }

    /** What waits is never stored: the process has ended. */
    void crash() {
        waiting.clear();
    }

    Map<RecordKey, byte[]> records() {
        return records;
    }

    /** The records of a kind. */
    long count(RecordKind kind) {
        return records.keySet().stream().filter(key -> key.kind() == kind).count();
    }

    private void store(Write write) {
        for (Change change : write.changes()) {
            change.value()
                    .ifPresentOrElse(value -> records.put(change.key(), value), () -> records.remove(change.key()));
        }
        write.stored().complete(null);
    }

    @Override
    public void read(Reader reader) {
        Map.copyOf(records).forEach((key, value) -> reader.record(key, ByteBuffer.wrap(value)));
    }

    @Override
    public synchronized CompletionStage<Void> write(List<Change> changes) {
        Runnable first = meanwhile;
        meanwhile = () -> {};
        first.run();
        Write write = new Write(changes, new CompletableFuture<>());
        if (fails) {
            write.stored().completeExceptionally(new IOException("no space left"));
        } else if (waits) {
            waiting.add(write);
        } else {
            store(write);
        }
        return write.stored();
    }
}
