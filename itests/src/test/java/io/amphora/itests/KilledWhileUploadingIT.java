// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The broker's process is killed in the middle of an upload; the client sends only what was not acknowledged. */
public class KilledWhileUploadingIT {

    private static final int SIZE = 32 << 20;
    private static final int WINDOW = 16;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final long seed = Long.getLong("amphora.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ConcurrentSkipListSet<Integer> acknowledged = new ConcurrentSkipListSet<>();
    private RunningAmphora amphora;
    private DeliveredFiles exports;

    @Before
    public void start() throws Exception {
        amphora = RunningAmphora.start(Path.of(folder.getRoot().getPath(), "data"));
        exports = new DeliveredFiles(amphora.exports());
    }

    @After
    public void stop() throws Exception {
        amphora.close();
    }

    @Test
    public void acknowledgedSegmentsNeedNotBeSentAgain() throws Exception {
        SentFile file = new SentFile("killed", "f1", "killed.bin", SIZE, seed);
        SortedMap<Integer, byte[]> segments = segments(file.bytes());
        CompletableFuture<?> init = publish(connect(file), file, "init", file.meta());
        init.get(60, TimeUnit.SECONDS);
        for (int kill = 1; kill <= 3; kill++) {
            sendUntilKilled(file, segments, acknowledged.size() + random.nextInt(segments.size() / 4));
            amphora.restart();
        }
        assertTrue("seed " + seed, acknowledged.size() < segments.size());
        Mqtt5AsyncClient client = connect(file);
        send(client, file, remaining(segments)).forEach(CompletableFuture::join);
        publish(client, file, "fin/" + SIZE + "/" + SentFile.sha256(file.bytes()), new byte[0])
                .get(60, TimeUnit.SECONDS);

        assertEquals("seed " + seed, segments.size(), acknowledged.size());
        assertDelivered(file);
    }

    @Test
    public void aFinThatWasAcceptedIsCarriedOutWithoutTheClient() throws Exception {
        SentFile file = new SentFile("killed", "f2", "accepted.bin", 1 << 20, seed);
        Mqtt5AsyncClient client = connect(file);
        publish(client, file, "init", file.meta()).get(60, TimeUnit.SECONDS);
        send(client, file, segments(file.bytes())).forEach(CompletableFuture::join);
        client.publishWith()
                .topic("$file-async/f2/fin/" + file.size())
                .qos(MqttQos.AT_LEAST_ONCE)
                .send()
                .get(60, TimeUnit.SECONDS);
        amphora.kill9();
        amphora.restart();
        Waiting.until("the file is delivered", () -> !exports.all().isEmpty());

        assertDelivered(file);
        publish(connect(file), file, "fin/" + file.size(), new byte[0]).get(60, TimeUnit.SECONDS);
        assertEquals("seed " + seed, List.of(exports.pathOf(file)), exports.all());
    }

    private void assertDelivered(SentFile file) throws Exception {
        exports.assertHolds(file);
        assertEquals("seed " + seed, List.of(exports.pathOf(file)), exports.all());
    }

    /** Kills as soon as so many segments were acknowledged. */
    private void sendUntilKilled(SentFile file, SortedMap<Integer, byte[]> segments, int target) throws Exception {
        Mqtt5AsyncClient client = connect(file);
        CompletableFuture<List<CompletableFuture<Void>>> sending =
                CompletableFuture.supplyAsync(() -> send(client, file, remaining(segments)));
        Waiting.until("segments are acknowledged", () -> acknowledged.size() >= target);
        amphora.kill9();
        sending.get(60, TimeUnit.SECONDS)
                .forEach(sent -> sent.exceptionally(lost -> null).join());
    }

    private Map<Integer, byte[]> remaining(SortedMap<Integer, byte[]> segments) {
        TreeMap<Integer, byte[]> remaining = new TreeMap<>(segments);
        remaining.keySet().removeAll(acknowledged);
        return remaining;
    }

    private List<CompletableFuture<Void>> send(Mqtt5AsyncClient client, SentFile file, Map<Integer, byte[]> segments) {
        Semaphore window = new Semaphore(WINDOW);
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        segments.forEach((offset, bytes) -> {
            window.acquireUninterruptibly();
            sent.add(publish(client, file, offset.toString(), bytes)
                    .thenRun(() -> acknowledged.add(offset))
                    .whenComplete((done, failure) -> window.release()));
        });
        return sent;
    }

    private static CompletableFuture<?> publish(
            Mqtt5AsyncClient client, SentFile file, String command, byte[] payload) {
        return client.publishWith()
                .topic("$file/" + file.fileId() + "/" + command)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload)
                .send()
                .thenAccept(result -> result.getError().ifPresent(error -> {
                    throw new CompletionException(error);
                }));
    }

    /** Segments of 1 byte to 128 KiB. */
    private SortedMap<Integer, byte[]> segments(byte[] bytes) {
        TreeMap<Integer, byte[]> segments = new TreeMap<>();
        for (int at = 0; at < bytes.length; ) {
            int end = Math.min(bytes.length, at + 1 + random.nextInt(128 << 10));
            segments.put(at, Arrays.copyOfRange(bytes, at, end));
            at = end;
        }
        return segments;
    }

    private Mqtt5AsyncClient connect(SentFile file) throws Exception {
        Mqtt5AsyncClient client = Mqtt5Client.builder()
                .identifier(file.clientId())
                .serverHost(amphora.host())
                .serverPort(amphora.port())
                .buildAsync();
        client.connect().get(60, TimeUnit.SECONDS);
        return client;
    }
}
