// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * The broker's process is killed while messages go through it; clients with persistent sessions connect again and go on. The
 * system property {@code amphora.kills} says how often, if not twice.
 */
public class KilledWhileRoutingIT {

    private static final int WINDOW = 32;
    private static final int KILLS = Integer.getInteger("amphora.kills", 2);
    private static final int PER_LIFE = 400;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final long seed = Long.getLong("amphora.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<String, Integer> delivered = new ConcurrentHashMap<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicBoolean publishing = new AtomicBoolean(true);
    private final Semaphore window = new Semaphore(WINDOW);
    private RunningAmphora amphora;

    @Before
    public void start() throws Exception {
        amphora = RunningAmphora.start(Path.of(folder.getRoot().getPath(), "data"));
    }

    @After
    public void stop() throws Exception {
        publishing.set(false);
        amphora.close();
    }

    @Test
    public void nothingAcknowledgedIsLostAndNoQos2MessageIsDoubled() throws Exception {
        Mqtt5AsyncClient publisher = client("publisher");
        Mqtt5AsyncClient subscriber = client("subscriber");
        connect(publisher);
        subscriber.publishes(MqttGlobalPublishFilter.ALL, this::received);
        connect(subscriber);
        for (MqttQos qos : List.of(MqttQos.AT_LEAST_ONCE, MqttQos.EXACTLY_ONCE)) {
            subscriber
                    .subscribeWith()
                    .topicFilter("killed/" + qos.getCode())
                    .qos(qos)
                    .send()
                    .get(60, TimeUnit.SECONDS);
        }
        Thread sending = new Thread(() -> publishUntilTheEnd(publisher), "publisher");
        sending.start();
        for (int kill = 1; kill <= KILLS; kill++) {
            int target = acknowledged.size() + PER_LIFE + random.nextInt(PER_LIFE);
            Waiting.until("messages are acknowledged", () -> acknowledged.size() >= target);
            amphora.kill9();
            amphora.restart();
        }
        int target = acknowledged.size() + PER_LIFE;
        Waiting.until("messages are acknowledged again", () -> acknowledged.size() >= target);
        publishing.set(false);
        sending.join(TimeUnit.SECONDS.toMillis(60));
        Waiting.until("all is acknowledged", () -> window.availablePermits() == WINDOW);
        Waiting.until("all that was acknowledged is delivered", () -> missing().isEmpty());

        assertTrue("seed " + seed, acknowledged.size() >= (KILLS + 1) * PER_LIFE);
        delivered.forEach((message, times) -> {
            if (message.startsWith("2/")) {
                assertEquals("seed " + seed + ": " + message, 1, times.intValue());
            }
        });
    }

    private Set<String> missing() {
        Set<String> missing = new HashSet<>(acknowledged);
        missing.removeAll(delivered.keySet());
        return missing;
    }

    private void received(Mqtt5Publish publish) {
        delivered.merge(new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8), 1, Integer::sum);
    }

    private void publishUntilTheEnd(Mqtt5AsyncClient publisher) {
        while (publishing.get()) {
            MqttQos qos = random.nextBoolean() ? MqttQos.AT_LEAST_ONCE : MqttQos.EXACTLY_ONCE;
            String message = qos.getCode() + "/" + sent.incrementAndGet();
            window.acquireUninterruptibly();
            var unused = publisher
                    .publishWith()
                    .topic("killed/" + qos.getCode())
                    .qos(qos)
                    .payload(message.getBytes(StandardCharsets.UTF_8))
                    .send()
                    .whenComplete((result, failure) -> completed(message, result, failure));
        }
    }

    private void completed(String message, Mqtt5PublishResult result, Throwable failure) {
        if (failure == null && result.getError().isEmpty()) {
            acknowledged.add(message);
        }
        window.release();
    }

    /** A client that keeps its session and what it has not finished, and connects again by itself. */
    private Mqtt5AsyncClient client(String id) throws Exception {
        return Mqtt5Client.builder()
                .identifier(id)
                .serverHost(amphora.host())
                .serverPort(amphora.port())
                .automaticReconnect()
                .initialDelay(100, TimeUnit.MILLISECONDS)
                .maxDelay(500, TimeUnit.MILLISECONDS)
                .applyAutomaticReconnect()
                .buildAsync();
    }

    private static void connect(Mqtt5AsyncClient client) throws Exception {
        client.connectWith()
                .cleanStart(false)
                .sessionExpiryInterval(Duration.ofHours(1).toSeconds())
                .send()
                .get(60, TimeUnit.SECONDS);
    }
}
