// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.rules.Timeout;

/** Other people's clients connect, subscribe, publish and receive. */
public final class ClientsIT {

    private static final byte[] PAYLOAD = {1, 2, 3};

    @ClassRule
    public static final TemporaryFolder FOLDER = new TemporaryFolder();

    private static RunningAmphora amphora;

    @Rule
    public final Timeout timeout = Timeout.seconds(30);

    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();

    @BeforeClass
    public static void start() throws Exception {
        amphora = RunningAmphora.start(FOLDER.newFolder("data").toPath());
    }

    @AfterClass
    public static void stop() throws Exception {
        amphora.close();
    }

    @Test
    public void hiveMqClientOverMqtt5() throws Exception {
        Mqtt5BlockingClient client = Mqtt5Client.builder()
                .identifier("hivemq5")
                .serverHost(amphora.host())
                .serverPort(amphora.port())
                .buildBlocking();
        client.connect();
        try (var publishes = client.publishes(MqttGlobalPublishFilter.SUBSCRIBED)) {
            client.subscribeWith()
                    .topicFilter("hivemq/#")
                    .qos(MqttQos.EXACTLY_ONCE)
                    .send();
            client.publishWith()
                    .topic("hivemq/5")
                    .qos(MqttQos.EXACTLY_ONCE)
                    .payload(PAYLOAD)
                    .send();
            received.add(publishes
                    .receive(5, TimeUnit.SECONDS)
                    .map(Mqtt5Publish::getPayloadAsBytes)
                    .orElse(new byte[0]));
        }
        client.disconnect();
        assertReceived();
    }

    @Test
    public void pahoOverMqtt311() throws Exception {
        try (var client = new org.eclipse.paho.client.mqttv3.MqttClient(url(), "paho3", new MemoryPersistence())) {
            client.connect();
            client.subscribe("paho3/#", 1, (topic, message) -> received.add(message.getPayload()));
            client.publish("paho3/x", PAYLOAD, 1, false);
            assertReceived();
            client.disconnect();
        }
    }

    @Test
    public void pahoOverMqtt5() throws Exception {
        var client = new org.eclipse.paho.mqttv5.client.MqttClient(
                url(), "paho5", new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
        client.setCallback(new PahoReceiver(received));
        client.connect();
        client.subscribe("paho5/#", 1);
        client.publish("paho5/x", PAYLOAD, 1, false);
        assertReceived();
        client.disconnect();
        client.close();
    }

    private static String url() throws Exception {
        return "tcp://" + amphora.host() + ":" + amphora.port();
    }

    private void assertReceived() throws InterruptedException {
        byte[] payload = received.poll(5, TimeUnit.SECONDS);
        assertEquals(PAYLOAD.length, payload == null ? -1 : payload.length);
    }
}
