// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** Paho over MQTT 3.1.1: a result comes by the response topic, since a PUBACK has no reason code. Thread-safe. */
public final class Mqtt3Commands implements Commands {

    private static final Pattern RESULT = Pattern.compile("\"topic\":\"([^\"]*)\".*\"reason_code\":(\\d+)");

    private final MqttAsyncClient client;
    private final Map<String, CompletableFuture<Integer>> waiting = new ConcurrentHashMap<>();

    public Mqtt3Commands(String url, String clientId) throws Exception {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setMaxInflight(4 * WINDOW);
        client = new MqttAsyncClient(url, clientId, new MemoryPersistence());
        client.connect(options).waitForCompletion();
        client.subscribe("$file-response/" + clientId, 1, (topic, response) -> received(response))
                .waitForCompletion();
    }

    @Override
    public CompletableFuture<Integer> send(String topic, byte[] payload) throws Exception {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        waiting.put(topic, result);
        MqttMessage command = new MqttMessage(payload);
        command.setQos(1);
        client.publish(topic, command);
        return result;
    }

    private void received(MqttMessage response) {
        Matcher result = RESULT.matcher(new String(response.getPayload(), StandardCharsets.UTF_8));
        if (!result.find()) {
            throw new AssertionError(response.toString());
        }
        waiting.remove(result.group(1)).complete(Integer.parseInt(result.group(2)));
    }

    @Override
    public void close() throws IOException {
        try {
            client.disconnect().waitForCompletion();
            client.close();
        } catch (MqttException e) {
            throw new IOException(e);
        }
    }
}
