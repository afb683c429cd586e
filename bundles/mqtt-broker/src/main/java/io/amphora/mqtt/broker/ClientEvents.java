// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.ClientInfo;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.Publisher;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

/**
 * Tells who connects and disconnects, as JSON in messages to {@code $SYS/broker/events/connected} and {@code
 * …/disconnected}, if anybody listens. Thread-safe.
 */
final class ClientEvents {

    private static final TopicName CONNECTED = new TopicName("$SYS/broker/events/connected");
    private static final TopicName DISCONNECTED = new TopicName("$SYS/broker/events/disconnected");

    private final Publisher publisher;
    private final LongSupplier wallClock;

    /** @param wallClock milliseconds since 1970 */
    ClientEvents(Publisher publisher, LongSupplier wallClock) {
        this.publisher = publisher;
        this.wallClock = wallClock;
    }

    void connected(ClientInfo client, String listener, boolean sessionPresent) {
        if (publisher.hasSubscribers(CONNECTED)) {
            publish(CONNECTED, client, ",\"listener\":" + quoted(listener) + ",\"session_present\":" + sessionPresent);
        }
    }

    void disconnected(ClientInfo client) {
        if (publisher.hasSubscribers(DISCONNECTED)) {
            publish(DISCONNECTED, client, "");
        }
    }

    private void publish(TopicName topic, ClientInfo client, String more) {
        String json = "{\"client_id\":" + quoted(client.id().value())
                + ",\"username\":"
                + client.username().map(ClientEvents::quoted).orElse("null")
                + ",\"peer\":" + quoted(client.peer().toString())
                + ",\"protocol\":" + client.version().level()
                + ",\"time\":" + wallClock.getAsLong()
                + more + "}";
        publisher.publish(Message.of(topic, json.getBytes(StandardCharsets.UTF_8), Qos.AT_MOST_ONCE));
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c == '"' || c == '\\' ? "\\" : "").append(c);
            }
        }
        return json.append('"').toString();
    }
}
