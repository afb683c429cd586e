// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/** Paho over MQTT 5: a result stands in the PUBACK. Thread-safe. */
public final class Mqtt5Commands implements Commands {

    private final MqttAsyncClient client;

    public Mqtt5Commands(String url, String clientId) throws Exception {
        client = new MqttAsyncClient(url, clientId, new MemoryPersistence());
        client.connect().waitForCompletion();
    }

    @Override
    public CompletableFuture<Integer> send(String topic, byte[] payload) throws Exception {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        client.publish(topic, new MqttMessage(payload, 1, false, null), null, new MqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
                int[] codes = token.getReasonCodes();
                result.complete(codes == null || codes.length == 0 ? 0 : codes[0]);
            }

            @Override
            public void onFailure(IMqttToken token, Throwable failure) {
                int[] codes = token.getReasonCodes();
                if (codes == null || codes.length == 0) {
                    result.completeExceptionally(failure);
                } else {
                    result.complete(codes[0]);
                }
            }
        });
        return result;
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
