// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The client of HiveMQ over MQTT 5: a result stands in the PUBACK. Thread-safe. */
public final class HiveMqCommands implements Commands {

    private static final int PATIENCE_SECONDS = 60;

    private final Mqtt5AsyncClient client;

    public HiveMqCommands(String host, int port, String clientId) throws Exception {
        client = Mqtt5Client.builder()
                .identifier(clientId)
                .serverHost(host)
                .serverPort(port)
                .buildAsync();
        client.connect().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public CompletableFuture<Integer> send(String topic, byte[] payload) {
        return client.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload)
                .send()
                .thenApply(result -> {
                    Throwable failure = result.getError().orElse(null);
                    if (failure instanceof Mqtt5PubAckException refused) {
                        return refused.getMqttMessage().getReasonCode().getCode();
                    }
                    if (failure != null) {
                        throw new IllegalStateException(failure);
                    }
                    return ((Mqtt5PublishResult.Mqtt5Qos1Result) result)
                            .getPubAck()
                            .getReasonCode()
                            .getCode();
                });
    }

    @Override
    public void close() {
        client.disconnect().join();
    }
}
