// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.ClientInfo;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.Will;
import io.amphora.mqtt.spi.Authorizer;
import io.amphora.mqtt.spi.InboundPublish;
import io.amphora.mqtt.spi.PublishHandler;
import io.amphora.mqtt.spi.PublishResult;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

public class AuthorizationTest {

    @Rule
    public final BrokerFixture broker = new BrokerFixture(BrokerSettings.SlowSubscriber.DROP);

    private final FakeLink link = new FakeLink();
    private final Handler handler = new Handler();

    /** Nobody may use topics below {@code secret/}; those below {@code handled/} are not routed. */
    @Before
    public void denyAndHandle() {
        broker.extensions().authorizers().add(new Deny(), Map.of());
        broker.extensions().handlers().add(handler, Map.of());
    }

    @Test
    public void whatIsDeniedReachesNoHandler() {
        ClientConnection connection = broker.connect(link, "c", true, 0);
        link.sent();
        connection.publish(BrokerFixture.publish("handled/secret", "x", Qos.AT_LEAST_ONCE, 7));
        link.run();

        Acknowledgement denied = (Acknowledgement) link.sent().get(0);
        assertEquals(ReasonCode.NOT_AUTHORIZED, denied.reasonCode());
        assertEquals(7, denied.packetId());
    }

    @Test
    public void aWillThatItsClientMayNotPublishIsKeptBack() {
        assertEquals(List.of("allowed"), willsThatArrive(false));
    }

    @Test
    public void soItIsWhenAnotherConnectionTakesTheSession() {
        assertEquals(List.of("allowed"), willsThatArrive(true));
    }

    @Test
    public void aWillForAHandlerThatIsNotThereIsNeitherRoutedNorRetained() {
        broker.extensions().handlers().remove(handler);
        assertEquals(List.of("allowed"), willsThatArrive(false));
        assertEquals(1, broker.state().retained().count());
    }

    private List<String> willsThatArrive(boolean takenOver) {
        ClientConnection subscriber = broker.connect(link, "subscriber", true, 0);
        BrokerFixture.subscribe(subscriber, "#", Qos.AT_MOST_ONCE);
        for (String topic : List.of("secret/denied", "handled/topic", "open/allowed")) {
            String text = topic.substring(topic.indexOf('/') + 1);
            Will will = new Will(retained(topic, text), 0);
            FakeLink dying = new FakeLink();
            ClientConnection connection = broker.connect(dying, "dying", true, 0, Optional.of(will));
            if (takenOver) {
                broker.connect(new FakeLink(), "dying", true, 0);
                dying.run();
                assertTrue(dying.isClosed());
            } else {
                connection.closed();
            }
        }
        link.run();
        return link.payloads();
    }

    private static Message retained(String topic, String text) {
        return new Message(
                new TopicName(topic),
                ByteBuffer.wrap(text.getBytes(UTF_8)),
                Qos.AT_MOST_ONCE,
                true,
                PublishProperties.NONE);
    }

    private static final class Deny implements Authorizer {

        @Override
        public Decision mayPublish(ClientInfo client, TopicName topic) {
            return topic.value().contains("secret") ? Decision.DENY : Decision.ABSTAIN;
        }

        @Override
        public Decision maySubscribe(ClientInfo client, TopicFilter filter) {
            return Decision.ABSTAIN;
        }
    }

    private static final class Handler implements PublishHandler {

        @Override
        public boolean accepts(TopicName topic) {
            return topic.value().startsWith("handled/");
        }

        @Override
        public boolean refuses(TopicFilter filter) {
            return false;
        }

        @Override
        public CompletionStage<PublishResult> handle(InboundPublish publish) {
            return CompletableFuture.completedFuture(PublishResult.SUCCESS);
        }
    }
}
