// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Clients that upload one file after the other until they are told to stop; if nothing else is said, half of them over
 * MQTT 5 and half over 3.1.1. Thread-safe.
 */
public final class UploadLoop implements AutoCloseable {

    private static final int CLIENTS = 4;
    private static final int MAX_SIZE = 300_000;
    private static final int SEGMENT = 64 << 10;

    /** A file that the broker acknowledged, and when its fin was sent and answered, by {@link System#nanoTime()}. */
    public record Acknowledged(SentFile file, long sent, long answered) {}

    private final int maxSize;
    private final Connecting connecting;
    private final String name;
    private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    private final List<Future<?>> clients = new ArrayList<>();
    private volatile boolean stopped;

    /** Makes a client of an id; they are numbered, too. */
    public interface Connecting {
        Commands connect(String clientId, int number) throws Exception;
    }

    /** Starts clients of Paho, whose ids begin with {@code name}. */
    public UploadLoop(String url, String name) {
        this(url, name, MAX_SIZE);
    }

    /** The same with files of so many bytes at most. */
    public UploadLoop(String url, String name, int maxSize) {
        this((id, number) -> number % 2 == 0 ? new Mqtt5Commands(url, id) : new Mqtt3Commands(url, id), name, maxSize);
    }

    /** The same with other clients. */
    public UploadLoop(Connecting connecting, String name, int maxSize) {
        this.maxSize = maxSize;
        this.connecting = connecting;
        this.name = name;
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            clients.add(threads.submit(() -> upload(number)));
        }
    }

    private Void upload(int number) throws Exception {
        String clientId = name + "-" + number;
        Random random = new Random(number);
        try (Commands client = connecting.connect(clientId, number)) {
            for (int i = 0; !stopped; i++) {
                SentFile file =
                        new SentFile(clientId, "f" + i, i + ".bin", random.nextInt(maxSize), 1_000L * i + number);
                client.sendBytes(file, SEGMENT);
                long sent = System.nanoTime();
                assertEquals(file.toString(), 0, client.finish(file));
                acknowledged.add(new Acknowledged(file, sent, System.nanoTime()));
            }
        }
        return null;
    }

    /** Waits until so many more files are acknowledged. */
    public void awaitMore(int files) throws Exception {
        int goal = acknowledged.size() + files;
        Waiting.until(files + " more files are acknowledged", () -> {
            for (Future<?> client : clients) {
                if (client.isDone()) {
                    client.get();
                }
            }
            return acknowledged.size() >= goal;
        });
    }

    /** Lets every client end its file, and returns all that were acknowledged. */
    public List<Acknowledged> stop() throws Exception {
        stopped = true;
        for (Future<?> client : clients) {
            client.get(60, TimeUnit.SECONDS);
        }
        return List.copyOf(acknowledged);
    }

    @Override
    public void close() {
        stopped = true;
        threads.shutdownNow();
    }
}
