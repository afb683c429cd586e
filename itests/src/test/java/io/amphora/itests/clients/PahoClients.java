// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.clients;

import static org.junit.Assert.assertArrayEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.Timeout;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/** The two Java clients of Eclipse Paho. */
@RunWith(Parameterized.class)
public final class PahoClients {

    private static final byte[] PAYLOAD = "payload".getBytes(StandardCharsets.UTF_8);

    @Rule
    public final Timeout timeout = Timeout.seconds(90);

    private final Transport transport;
    private final int qos;
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();

    public PahoClients(Transport transport, int qos) {
        this.transport = transport;
        this.qos = qos;
    }

    @Parameters(name = "{0} QoS {1}")
    public static List<Object[]> rows() {
        return Arrays.stream(Transport.values())
                .flatMap(transport -> Stream.of(0, 1, 2).map(qos -> new Object[] {transport, qos}))
                .toList();
    }

    @Test
    public void receivesWhatItPublishesInMqtt311() throws Exception {
        roundTrip(MqttConnectOptions.MQTT_VERSION_3_1_1);
    }

    @Test
    public void receivesWhatItPublishesInMqtt31() throws Exception {
        roundTrip(MqttConnectOptions.MQTT_VERSION_3_1);
    }

    private void roundTrip(int version) throws Exception {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(version);
        String topic = "paho" + version + "/" + qos;
        try (var client = new org.eclipse.paho.client.mqttv3.MqttClient(
                transport.url("tcp"), "paho" + version, new MemoryPersistence())) {
            client.connect(options);
            client.subscribe(topic, qos, (to, message) -> received.add(message.getPayload()));
            client.publish(topic, PAYLOAD, qos, false);
            assertReceived();
            client.disconnect();
        }
    }

    @Test
    public void receivesWhatItPublishesInMqtt5() throws Exception {
        var client = new org.eclipse.paho.mqttv5.client.MqttClient(
                transport.url("tcp"), "paho5", new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
        client.setCallback(new PahoReceiver(received));
        client.connect();
        client.subscribe("paho5/#", qos);
        client.publish("paho5/x", PAYLOAD, qos, false);
        assertReceived();
        client.disconnect();
        client.close();
    }

    private void assertReceived() throws InterruptedException {
        assertArrayEquals(PAYLOAD, received.poll(60, TimeUnit.SECONDS));
    }
}
