// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.broker.TestBroker;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
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
    private TestBroker broker = new TestBroker();
    private EventLoops loops;
    private MqttListener listener;

    RunningListener() {
        this("auto");
    }

    RunningListener(String io) {
        this.io = io;
    }

    RunningListener(TestBroker broker) {
        this("auto");
        this.broker = broker;
    }

    static ListenerSettings settings(int port, long connectTimeout) {
        return new ListenerSettings("test", "127.0.0.1", port, 1 << 20, connectTimeout, 0, 1_000, 64);
    }

    @Override
    protected void before() throws IOException {
        loops = new EventLoops(1, io);
        listener = new MqttListener(settings(0, 10_000), broker.broker(), loops);
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
