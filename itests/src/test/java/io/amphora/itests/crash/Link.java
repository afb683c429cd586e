// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult.Mqtt5Qos1Result;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAck;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A connection over MQTT 5. Thread-safe. */
final class Link {

    /** The connection or the whole broker has gone. */
    static final class LostException extends Exception {

        private static final long serialVersionUID = 1L;

        LostException(Throwable cause) {
            super(cause);
        }
    }

    /** Far beyond what a loaded machine needs: a command that takes longer has been forgotten. */
    private static final long PATIENCE_SECONDS = 120;

    private final Mqtt5AsyncClient client;

    private Link(Mqtt5AsyncClient client) {
        this.client = client;
    }

    static Link connect(int port, String clientId) throws LostException {
        Mqtt5AsyncClient client = Mqtt5Client.builder()
                .identifier(clientId)
                .serverHost("127.0.0.1")
                .serverPort(port)
                .buildAsync();
        await(client.connect());
        return new Link(client);
    }

    /** Sends a command; the stage fails when the connection has gone before the answer. */
    CompletableFuture<Answer> send(String topic, byte[] payload) {
        return client.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload)
                .send()
                .thenApply(Link::answer);
    }

    Answer call(String topic, byte[] payload) throws LostException {
        return await(send(topic, payload));
    }

    Answer call(String topic) throws LostException {
        return call(topic, new byte[0]);
    }

    /** Ends the connection, whatever is on its way. */
    void disconnect() throws LostException {
        await(client.disconnect());
    }

    static <T> T await(CompletableFuture<T> stage) throws LostException {
        try {
            return stage.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new LostException(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("no answer within " + PATIENCE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this thread", e);
        }
    }

    private static Answer answer(Mqtt5PublishResult result) {
        Throwable error = result.getError().orElse(null);
        if (error instanceof Mqtt5PubAckException refused) {
            return answer(refused.getMqttMessage());
        } else if (error != null) {
            throw new CompletionException(error);
        }
        return answer(((Mqtt5Qos1Result) result).getPubAck());
    }

    private static Answer answer(Mqtt5PubAck puback) {
        String reason = puback.getReasonString().map(Object::toString).orElse("");
        return new Answer(puback.getReasonCode().getCode(), reason);
    }
}
