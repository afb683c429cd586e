// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.Connack;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.UserProperty;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * How many bytes a packet takes on the wire in MQTT 5, exactly, because a client may limit that [MQTT-3.1.2-24]. Pure.
 */
final class PacketSize {

    private static final int TOPIC_ALIAS = 3;

    private PacketSize() {}

    /** Of a PUBLISH. */
    static long of(OutboundPublish packet) {
        Message message = packet.message();
        long properties = of(message.properties()) + (packet.topicAlias() == 0 ? 0 : TOPIC_ALIAS);
        for (int identifier : packet.subscriptionIdentifiers()) {
            properties += 1 + variableLength(identifier);
        }
        long rest = 2
                + (packet.topicKnown() ? 0 : utf8(message.topic().value()))
                + (packet.qos() == Qos.AT_MOST_ONCE ? 0 : 2)
                + variableLength(properties)
                + properties
                + message.payload().remaining();
        return whole(rest);
    }

    /** Of an acknowledgement; success without a reason has neither code nor properties. */
    static long of(Acknowledgement packet) {
        long properties = of(packet.reason());
        boolean brief = packet.reasonCode() == ReasonCode.SUCCESS && properties == 0;
        return whole(brief ? 2 : 3 + variableLength(properties) + properties);
    }

    /** Of a CONNACK. */
    static long of(Connack packet) {
        long properties = packet.serverKeepAlive().isPresent() ? 3 : 0;
        properties += packet.sessionExpiry().isPresent() ? 5 : 0;
        properties += packet.receiveMaximum().isPresent() ? 3 : 0;
        properties += packet.maximumPacketSize().isPresent() ? 5 : 0;
        properties += packet.topicAliasMaximum().isPresent() ? 3 : 0;
        properties += of(packet.reason());
        properties += packet.assignedClientId().map(id -> 3 + utf8(id.value())).orElse(0L);
        properties += packet.responseInformation().map(text -> 3 + utf8(text)).orElse(0L);
        properties += packet.serverReference().map(text -> 3 + utf8(text)).orElse(0L);
        properties += packet.authenticationMethod().map(text -> 3 + utf8(text)).orElse(0L);
        properties +=
                packet.authenticationData().map(data -> 3L + data.remaining()).orElse(0L);
        return whole(2 + variableLength(properties) + properties);
    }

    /** Of a reason string, which an empty reason does not become. */
    private static long of(Optional<String> reason) {
        return reason.filter(text -> !text.isEmpty())
                .map(text -> 3 + utf8(text))
                .orElse(0L);
    }

    private static long whole(long rest) {
        return 1 + variableLength(rest) + rest;
    }

    /** Of an AUTH that asks for more. */
    static long ofAuth(String method, Optional<ByteBuffer> data) {
        long properties =
                3 + utf8(method) + data.map(bytes -> 3L + bytes.remaining()).orElse(0L);
        return whole(1 + variableLength(properties) + properties);
    }

    /** Of a SUBACK or UNSUBACK with so many reason codes. */
    static long ofAnswers(int count) {
        return whole(2 + 1 + (long) count);
    }

    private static long of(PublishProperties properties) {
        long size = properties.payloadIsUtf8() ? 2 : 0;
        size += properties.messageExpiry().isPresent() ? 5 : 0;
        size += properties.contentType().map(type -> 3 + utf8(type)).orElse(0L);
        size += properties.responseTopic().map(topic -> 3 + utf8(topic.value())).orElse(0L);
        size += properties
                .correlationData()
                .map(ByteBuffer::remaining)
                .map(n -> 3L + n)
                .orElse(0L);
        for (UserProperty property : properties.userProperties()) {
            size += 5 + utf8(property.name()) + utf8(property.value());
        }
        return size;
    }

    private static int variableLength(long value) {
        return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : 4;
    }

    private static long utf8(String value) {
        long bytes = value.length();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            bytes += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        return bytes;
    }
}
