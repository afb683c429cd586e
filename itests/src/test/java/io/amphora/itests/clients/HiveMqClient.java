// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.clients;

import static org.junit.Assert.assertEquals;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.Timeout;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/** The HiveMQ MQTT client. */
@RunWith(Parameterized.class)
public final class HiveMqClient {

    private static final byte[] PAYLOAD = "payload".getBytes(StandardCharsets.UTF_8);

    @Rule
    public final Timeout timeout = Timeout.seconds(90);

    private final Transport transport;
    private final MqttQos qos;

    public HiveMqClient(Transport transport, MqttQos qos) {
        this.transport = transport;
        this.qos = qos;
    }

    @Parameters(name = "{0} {1}")
    public static List<Object[]> rows() {
        return Arrays.stream(Transport.values())
                .flatMap(transport -> Arrays.stream(MqttQos.values()).map(qos -> new Object[] {transport, qos}))
                .toList();
    }

    @Test
    public void receivesWhatItPublishesInMqtt5() throws Exception {
        Mqtt5BlockingClient client = five();
        client.connect();
        try (var publishes = client.publishes(MqttGlobalPublishFilter.SUBSCRIBED)) {
            client.subscribeWith().topicFilter("hivemq5/#").qos(qos).send();
            client.publishWith()
                    .topic("hivemq5/" + qos)
                    .qos(qos)
                    .payload(PAYLOAD)
                    .contentType("text/plain")
                    .userProperties()
                    .add("a", "b")
                    .applyUserProperties()
                    .send();
            Mqtt5Publish received = publishes.receive(60, TimeUnit.SECONDS).orElseThrow();
            assertEquals(qos, received.getQos());
            assertEquals("payload", text(received.getPayloadAsBytes()));
            assertEquals("text/plain", received.getContentType().orElseThrow().toString());
            assertEquals(1, received.getUserProperties().asList().size());
        }
        client.disconnect();
    }

    @Test
    public void receivesWhatItPublishesInMqtt311() throws Exception {
        Mqtt3BlockingClient client = three();
        client.connect();
        try (var publishes = client.publishes(MqttGlobalPublishFilter.SUBSCRIBED)) {
            client.subscribeWith().topicFilter("hivemq3/#").qos(qos).send();
            client.publishWith()
                    .topic("hivemq3/" + qos)
                    .qos(qos)
                    .payload(PAYLOAD)
                    .send();
            Mqtt3Publish received = publishes.receive(60, TimeUnit.SECONDS).orElseThrow();
            assertEquals(qos, received.getQos());
            assertEquals("payload", text(received.getPayloadAsBytes()));
        }
        client.disconnect();
    }

    private Mqtt5BlockingClient five() throws IOException {
        Mqtt5ClientBuilder builder = Mqtt5Client.builder()
                .identifier("hivemq5")
                .serverHost(ClientsIT.amphora().host())
                .serverPort(transport.port());
        return transport == Transport.TCP
                ? builder.buildBlocking()
                : builder.webSocketConfig()
                        .serverPath("mqtt")
                        .applyWebSocketConfig()
                        .buildBlocking();
    }

    private Mqtt3BlockingClient three() throws IOException {
        Mqtt3ClientBuilder builder = Mqtt3Client.builder()
                .identifier("hivemq3")
                .serverHost(ClientsIT.amphora().host())
                .serverPort(transport.port());
        return transport == Transport.TCP
                ? builder.buildBlocking()
                : builder.webSocketConfig()
                        .serverPath("mqtt")
                        .applyWebSocketConfig()
                        .buildBlocking();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
