// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** A session that outlives its connection, and the messages that wait for it. Stateless. */
final class KeptMessages {

    private static final String CLIENT = "keeper";
    private static final int PATIENCE_SECONDS = 20;

    private KeptMessages() {}

    /** Makes the session and leaves it. */
    static void subscribe(int port) {
        Mqtt5BlockingClient client = connect(port);
        client.subscribeWith()
                .topicFilter("messages")
                .qos(MqttQos.AT_LEAST_ONCE)
                .send();
        client.disconnect();
    }

    /** Takes messages until so many different ones are there, or none comes for a while. */
    static Set<Integer> receive(int port, int expected) throws InterruptedException {
        Set<Integer> received = new TreeSet<>();
        Mqtt5BlockingClient client = client(port);
        try (Mqtt5Publishes publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
            connect(client);
            while (received.size() < expected) {
                Optional<Mqtt5Publish> next = publishes.receive(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (next.isEmpty()) {
                    break;
                }
                received.add(Integer.valueOf(new String(next.get().getPayloadAsBytes(), StandardCharsets.UTF_8)));
            }
        }
        client.disconnect();
        return received;
    }

    private static Mqtt5BlockingClient connect(int port) {
        Mqtt5BlockingClient client = client(port);
        connect(client);
        return client;
    }

    private static Mqtt5BlockingClient client(int port) {
        return Mqtt5Client.builder()
                .identifier(CLIENT)
                .serverHost("127.0.0.1")
                .serverPort(port)
                .buildBlocking();
    }

    private static void connect(Mqtt5BlockingClient client) {
        client.connectWith().cleanStart(false).sessionExpiryInterval(100_000).send();
    }
}
