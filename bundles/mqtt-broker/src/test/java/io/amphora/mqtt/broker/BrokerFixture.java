// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.Connect;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.Publish;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.Subscribe;
import io.amphora.mqtt.SubscriptionOptions;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.Will;
import io.amphora.mqtt.spi.SessionStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.rules.ExternalResource;

/** A rule that makes a small broker, whose queues hold four messages and whose clock stands still. */
final class BrokerFixture extends ExternalResource {

    /** Small enough for tests to reach. */
    static final Bounds BOUNDS = new Bounds(16, 20_000, 60_000);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final AtomicLong clock = new AtomicLong();
    private final AtomicLong wallShift = new AtomicLong();
    private final Extensions extensions = new Extensions();
    private final BrokerState state;
    private final MqttBroker broker;

    BrokerFixture(BrokerSettings.SlowSubscriber policy) {
        this(policy, 3_600, Rates.UNLIMITED);
    }

    BrokerFixture(BrokerSettings.SlowSubscriber policy, int wait, Rates rates) {
        this(policy, wait, rates, 3, 4, Optional.empty());
    }

    /** One for a hundred clients, whose queues hold so many messages, of 2,500 bytes on average, and that retains as many. */
    BrokerFixture(int queueMessages) {
        this(BrokerSettings.SlowSubscriber.DROP, 3_600, Rates.UNLIMITED, 100, queueMessages, Optional.empty());
    }

    /** A broker that begins with what a store holds. */
    static BrokerFixture on(MemoryStore store) throws IOException {
        return on(store, 0);
    }

    /** The same when some seconds have passed on all clocks. */
    static BrokerFixture on(MemoryStore store, long seconds) throws IOException {
        return on(store, 3, 4, seconds);
    }

    /** The same for so many clients, whose queues hold so many messages. */
    static BrokerFixture on(MemoryStore store, int sessions, int queueMessages, long seconds) throws IOException {
        BrokerFixture broker = before(store, sessions, queueMessages);
        broker.pass(seconds);
        broker.state().recover();
        return broker;
    }

    /** A broker that begins with what a store holds, and whose timer never comes to what is due. */
    static BrokerFixture withBusyTimer(MemoryStore store) throws IOException {
        BrokerFixture broker = before(store, 3, 4);
        CountDownLatch never = new CountDownLatch(1);
        var unused = broker.timer.submit(() -> {
            never.await();
            return null;
        });
        broker.state().recover();
        return broker;
    }

    private static BrokerFixture before(MemoryStore store, int sessions, int queueMessages) {
        return new BrokerFixture(
                BrokerSettings.SlowSubscriber.BLOCK,
                3_600,
                Rates.UNLIMITED,
                sessions,
                queueMessages,
                Optional.of(store));
    }

    /** The same when the machine's clock shows so many seconds. */
    static BrokerFixture at(MemoryStore store, long wallSeconds) throws IOException {
        BrokerFixture broker = new BrokerFixture(
                BrokerSettings.SlowSubscriber.BLOCK, 3_600, Rates.UNLIMITED, 3, 4, Optional.of(store));
        broker.setWallClock(wallSeconds);
        broker.state().recover();
        return broker;
    }

    /** Somebody sets the machine's clock. */
    void setWallClock(long seconds) {
        wallShift.set(seconds * 1_000 - clock.get() / 1_000_000);
    }

    private BrokerFixture(
            BrokerSettings.SlowSubscriber policy,
            int wait,
            Rates rates,
            int sessions,
            int queueMessages,
            Optional<SessionStore> store) {
        BrokerSettings settings = new BrokerSettings(
                4,
                2,
                0,
                600,
                sessions,
                10,
                queueMessages,
                queueMessages * 2_500L,
                queueMessages * 25_000L,
                policy,
                wait,
                Math.max(10, queueMessages),
                queueMessages * 2_500L,
                1_000,
                1_500,
                rates,
                BOUNDS,
                "answers/%c/",
                "other:1883",
                0,
                Set.of("admin"),
                List.of("handled/"));
        BrokerClock time = new BrokerClock(clock::get, () -> clock.get() / 1_000_000 + wallShift.get());
        state = new BrokerState(settings, timer, time, new Persistence(store, time));
        broker = new MqttBroker(state, extensions);
    }

    @Override
    protected void after() {
        timer.shutdownNow();
    }

    /** Waits until the timer has done what was due. */
    void timerRuns() throws Exception {
        timer.submit(() -> {}).get();
    }

    BrokerState state() {
        return state;
    }

    Extensions extensions() {
        return extensions;
    }

    void pass(long seconds) {
        clock.addAndGet(seconds * 1_000_000_000L);
    }

    ClientConnection open(FakeLink link) {
        return (ClientConnection) broker.open(link);
    }

    /** A connected client of MQTT 5. */
    ClientConnection connect(FakeLink link, String id, boolean cleanStart, long expiry) {
        return connect(link, id, cleanStart, expiry, Optional.empty());
    }

    ClientConnection connect(FakeLink link, String id, boolean cleanStart, long expiry, Optional<Will> will) {
        return connect(MqttVersion.V5, link, id, cleanStart, expiry, will);
    }

    /** A connected client of MQTT 3.1.1, whose session goes on if it was there. */
    ClientConnection connect311(FakeLink link, String id) {
        return connect(MqttVersion.V3_1_1, link, id, false, Connect.NEVER, Optional.empty());
    }

    /** What waits for a client. */
    long queued(String id) {
        return state.client(new ClientId(id)).orElseThrow().queuedMessages();
    }

    /** A connected client of any version. */
    ClientConnection connectAs(MqttVersion version, FakeLink link, String id, boolean cleanStart, long expiry) {
        return connect(version, link, id, cleanStart, expiry, Optional.empty());
    }

    private ClientConnection connect(
            MqttVersion version, FakeLink link, String id, boolean cleanStart, long expiry, Optional<Will> will) {
        ClientConnection connection = open(link);
        connection.connect(new Connect(
                version,
                id,
                cleanStart,
                0,
                expiry,
                3,
                OptionalLong.empty(),
                0,
                false,
                true,
                Optional.empty(),
                Optional.empty(),
                will,
                Optional.empty(),
                Optional.empty(),
                List.of()));
        return connection;
    }

    static void subscribe(ClientConnection connection, String filter, Qos qos) {
        connection.subscribe(new Subscribe(
                1, List.of(new Subscribe.Request(filter, SubscriptionOptions.of(qos))), OptionalInt.empty()));
    }

    static Publish publish(String topic, String text, Qos qos, int packetId) {
        return new Publish(
                new TopicName(topic),
                ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)),
                qos,
                false,
                false,
                packetId,
                PublishProperties.NONE);
    }

    /** Publishes a message that is retained. */
    void retain(String topic, String text, Qos qos) {
        ByteBuffer payload = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        state.publish(new Message(new TopicName(topic), payload, qos, true, PublishProperties.NONE));
    }

    void publish(String topic, String text, Qos qos) {
        state.publish(Message.of(new TopicName(topic), text.getBytes(StandardCharsets.UTF_8), qos));
    }
}
