// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.InboundPublish;
import io.amphora.mqtt.spi.Publisher;
import io.amphora.transfer.ByteRange;
import io.amphora.transfer.TransferView;
import io.amphora.transfer.core.command.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes how a command ended where its client looks for it. Thread-safe. */
final class ResponsePublisher {

    private static final Logger LOG = LoggerFactory.getLogger(ResponsePublisher.class);

    private static final String VERSION = "0.1";
    private static final JsonFactory JSON = new JsonFactory();

    private final Publisher publisher;

    ResponsePublisher(Publisher publisher) {
        this.publisher = publisher;
    }

    /** Publishes to the command's Response Topic, else to the client's own; nothing if nobody is subscribed. */
    void publish(InboundPublish command, Outcome outcome) {
        responseTopic(command)
                .filter(publisher::hasSubscribers)
                .ifPresent(topic -> publisher.publish(message(topic, command, outcome)));
    }

    private static Optional<TopicName> responseTopic(InboundPublish command) {
        Optional<TopicName> asked = command.packet().properties().responseTopic();
        return asked.isPresent() ? asked : ownTopic(command);
    }

    private static Optional<TopicName> ownTopic(InboundPublish command) {
        String clientId = command.client().id().value();
        try {
            return Optional.of(new TopicName(ResponseTopics.of(clientId)));
        } catch (MqttProtocolException e) {
            LOG.debug("Left out a response: the client id {} cannot stand in a topic", clientId);
            return Optional.empty();
        }
    }

    private static Message message(TopicName topic, InboundPublish command, Outcome outcome) {
        PublishProperties properties = new PublishProperties(
                true,
                OptionalLong.empty(),
                Optional.of("application/json"),
                Optional.empty(),
                command.packet().properties().correlationData(),
                List.of());
        ByteBuffer payload = ByteBuffer.wrap(json(command, outcome));
        return new Message(topic, payload, Qos.AT_LEAST_ONCE, false, properties);
    }

    private static byte[] json(InboundPublish command, Outcome outcome) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("vsn", VERSION);
            json.writeStringField("topic", command.packet().topic().value());
            if (command.packet().packetId() != 0) {
                json.writeNumberField("packet_id", command.packet().packetId());
            }
            json.writeNumberField("reason_code", outcome.code().code());
            json.writeStringField("reason_description", outcome.reason().token());
            if (!outcome.detail().isEmpty()) {
                json.writeStringField("detail", outcome.detail());
            }
            if (outcome.view().isPresent()) {
                writeView(outcome.view().get(), json);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("an array does not fail", e);
        }
        return bytes.toByteArray();
    }

    /** What a status command is told, as a JSON object, for the reason string of its acknowledgement. */
    static String toJson(TransferView view) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            writeView(view, json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter does not fail", e);
        }
        return text.toString();
    }

    private static void writeView(TransferView view, JsonGenerator json) throws IOException {
        json.writeStringField("state", view.state().name().toLowerCase(Locale.ROOT));
        if (view.size().isPresent()) {
            json.writeNumberField("size", view.size().getAsLong());
        }
        json.writeArrayFieldStart("received");
        for (ByteRange range : view.received()) {
            json.writeArray(new long[] {range.start(), range.end()}, 0, 2);
        }
        json.writeEndArray();
    }
}
