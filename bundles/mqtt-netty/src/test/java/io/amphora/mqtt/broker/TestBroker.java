// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.Authenticator;
import io.amphora.mqtt.spi.Authorizer;
import io.amphora.mqtt.spi.Broker;
import io.amphora.mqtt.spi.EnhancedAuthenticator;
import io.amphora.mqtt.spi.InboundPublish;
import io.amphora.mqtt.spi.PublishHandler;
import io.amphora.mqtt.spi.PublishResult;
import io.amphora.mqtt.spi.Publisher;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/** The real broker, wired without OSGi. Thread-safe. */
public final class TestBroker implements AutoCloseable {

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final BrokerState state;
    private final Extensions extensions = new Extensions();
    private final MqttBroker broker;

    public TestBroker() {
        this(256, 4 << 20);
    }

    public TestBroker(int receiveMaximum, long pendingBytes) {
        BrokerSettings settings = new BrokerSettings(
                receiveMaximum,
                8,
                0,
                3_600,
                10_000,
                100,
                10_000,
                8 << 20,
                64 << 20,
                BrokerSettings.SlowSubscriber.BLOCK,
                1,
                1_000,
                8 << 20,
                pendingBytes,
                64 << 20,
                Rates.UNLIMITED,
                new Bounds(128, 16 << 20, 64 << 20),
                "",
                "",
                0,
                Set.of("admin"),
                List.of("handled/"));
        state = new BrokerState(settings, timer, System::nanoTime, Persistence.none(System::nanoTime));
        broker = new MqttBroker(state, extensions);
    }

    public Broker broker() {
        return broker;
    }

    /** Clients that are connected, as the broker sees it. */
    public int connected() {
        return state.sessions().census().connected();
    }

    /** Messages that were dropped, as {@code $SYS} tells. */
    public long dropped() {
        return state.counts().droppedMessages();
    }

    /** Messages of a client that were dropped, as the shell tells. */
    public long dropped(String client) {
        return state.client(new ClientId(client)).orElseThrow().droppedMessages();
    }

    public Publisher publisher() {
        return state;
    }

    public TestBroker with(PublishHandler handler) {
        extensions.handlers().add(handler, Map.of());
        return this;
    }

    /** With a handler of all that is published to topics with this beginning. */
    public TestBroker with(String beginning, Function<InboundPublish, CompletionStage<PublishResult>> handler) {
        return with(new PublishHandler() {
            @Override
            public boolean accepts(TopicName topic) {
                return topic.value().startsWith(beginning);
            }

            @Override
            public boolean refuses(TopicFilter filter) {
                return false;
            }

            @Override
            public CompletionStage<PublishResult> handle(InboundPublish publish) {
                return handler.apply(publish);
            }
        });
    }

    public TestBroker with(Authenticator authenticator) {
        extensions.authenticators().add(authenticator, Map.of());
        return this;
    }

    public TestBroker with(EnhancedAuthenticator authenticator) {
        extensions.enhanced().add(authenticator, Map.of());
        return this;
    }

    public TestBroker with(Authorizer authorizer) {
        extensions.authorizers().add(authorizer, Map.of());
        return this;
    }

    @Override
    public void close() {
        broker.stop();
        timer.shutdownNow();
    }
}
