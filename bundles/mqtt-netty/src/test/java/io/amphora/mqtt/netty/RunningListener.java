// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.broker.TestBroker;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.rules.ExternalResource;

/** A rule that runs broker and listener on a free port, and fails a test that leaks a buffer. */
final class RunningListener extends ExternalResource {

    static final AtomicInteger LEAKS = new AtomicInteger();

    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new CountingLeaks());
    }

    private final String io;
    private final BlockingQueue<String> refusals = new LinkedBlockingQueue<>();
    private TestBroker broker = new TestBroker();
    private ListenerSettings settings = settings(0, 10_000);
    private EventLoops loops;
    private MqttListener listener;

    RunningListener() {
        this("auto");
    }

    RunningListener(String io) {
        this.io = io;
    }

    RunningListener(TestBroker broker) {
        this(broker, "auto");
    }

    RunningListener(TestBroker broker, String io) {
        this(io);
        this.broker = broker;
    }

    static ListenerSettings settings(int port, long connectTimeout) {
        return settings(port, connectTimeout, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** A listener that takes so many connections, and waits so long for CONNECT. */
    static RunningListener strict(int maximumConnections, long connectTimeout) {
        RunningListener listener = new RunningListener();
        listener.settings = new ListenerSettings(
                "test",
                "127.0.0.1",
                0,
                1 << 20,
                connectTimeout,
                0,
                30_000,
                maximumConnections,
                64,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return listener;
    }

    private static ListenerSettings settings(
            int port,
            long connectTimeout,
            Optional<WebSocketSettings> webSocket,
            Optional<TlsFiles> tls,
            Optional<TrustedProxies> proxies) {
        return new ListenerSettings(
                "test", "127.0.0.1", port, 1 << 20, connectTimeout, 0, 30_000, 1_000, 64, webSocket, tls, proxies);
    }

    /** A listener that speaks WebSocket. */
    static RunningListener withWebSocket(String... origins) {
        RunningListener listener = new RunningListener();
        listener.settings = settings(
                0,
                30_000,
                Optional.of(new WebSocketSettings("/mqtt", Set.of(origins))),
                Optional.empty(),
                Optional.empty());
        return listener;
    }

    /** A listener behind a proxy. */
    static RunningListener withProxies(String... addresses) {
        RunningListener listener = new RunningListener();
        listener.settings = settings(
                0, 30_000, Optional.empty(), Optional.empty(), Optional.of(TrustedProxies.of(List.of(addresses))));
        return listener;
    }

    /** A listener that speaks TLS. */
    static RunningListener withTls(TlsFiles files) {
        RunningListener listener = new RunningListener();
        listener.settings = settings(0, 30_000, Optional.empty(), Optional.of(files), Optional.empty());
        return listener;
    }

    /** A listener with everything before MQTT: PROXY header, TLS, WebSocket. */
    static RunningListener withAll(TlsFiles files) {
        RunningListener listener = new RunningListener();
        listener.settings = settings(
                0,
                30_000,
                Optional.of(new WebSocketSettings("/mqtt", Set.of())),
                Optional.of(files),
                Optional.of(TrustedProxies.of(List.of("127.0.0.1"))));
        return listener;
    }

    @Override
    protected void before() throws IOException {
        start(new EventLoops(1, 1, io, 30_000, refusals::add));
    }

    /** Does what the rule does before a test, with event loops of the test's making. */
    void start(EventLoops with) throws IOException {
        loops = with;
        listener = new MqttListener(settings, broker.broker(), loops);
    }

    @Override
    protected void after() {
        listener.close();
        loops.close();
        broker.close();
        System.gc(); // lost buffers are found when the next ones are allocated
        PooledByteBufAllocator.DEFAULT.directBuffer().release();
        if (LEAKS.get() > 0) {
            throw new AssertionError(LEAKS.get() + " buffers leaked; see the log");
        }
    }

    /** The next line about a client that was refused. */
    String refusal() throws InterruptedException {
        String line = refusals.poll(10, TimeUnit.SECONDS);
        if (line == null) {
            throw new AssertionError("nobody was refused");
        }
        return line;
    }

    /** Has the lines told that say how many were counted. */
    void refusalsEnd() {
        loops.refusals().close();
    }

    InetSocketAddress address() {
        return listener.address();
    }

    TestBroker broker() {
        return broker;
    }

    MqttListener listener() {
        return listener;
    }

    private static final class CountingLeaks extends ResourceLeakDetectorFactory {

        @Override
        @Deprecated
        @SuppressWarnings({"deprecation", "InlineMeSuggester"})
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval, long max) {
            return newResourceLeakDetector(resource, samplingInterval);
        }

        @Override
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval) {
            return new ResourceLeakDetector<T>(resource, samplingInterval) {
                @Override
                protected void reportTracedLeak(String resourceType, String records) {
                    LEAKS.incrementAndGet();
                    super.reportTracedLeak(resourceType, records);
                }

                @Override
                protected void reportUntracedLeak(String resourceType) {
                    LEAKS.incrementAndGet();
                    super.reportUntracedLeak(resourceType);
                }
            };
        }
    }
}
