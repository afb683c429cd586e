// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.UserProperty;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.BinaryProperty;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperties;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Properties of MQTT 5 to and from those of Netty. Pure. */
final class Properties5 {

    private Properties5() {}

    static OptionalInt number(MqttProperties from, int id) {
        return from.getProperty(id) instanceof IntegerProperty property
                ? OptionalInt.of(property.value())
                : OptionalInt.empty();
    }

    /** An unsigned number of four bytes. */
    static OptionalLong u32(MqttProperties from, int id) {
        return from.getProperty(id) instanceof IntegerProperty property
                ? OptionalLong.of(Integer.toUnsignedLong(property.value()))
                : OptionalLong.empty();
    }

    static Optional<String> text(MqttProperties from, int id) {
        return from.getProperty(id) instanceof StringProperty property
                ? Optional.of(property.value())
                : Optional.empty();
    }

    static Optional<ByteBuffer> binary(MqttProperties from, int id) {
        return from.getProperty(id) instanceof BinaryProperty property
                ? Optional.of(ByteBuffer.wrap(property.value()))
                : Optional.empty();
    }

    static List<UserProperty> user(MqttProperties from) {
        if (!(from.getProperty(MqttProperties.USER_PROPERTY) instanceof UserProperties pairs)) {
            return List.of();
        }
        List<UserProperty> properties = new ArrayList<>(pairs.value().size());
        pairs.value().forEach(pair -> properties.add(new UserProperty(pair.key, pair.value)));
        return properties;
    }

    static PublishProperties ofPublish(MqttProperties from) {
        if (from.isEmpty()) {
            return PublishProperties.NONE;
        }
        return new PublishProperties(
                number(from, MqttProperties.PAYLOAD_FORMAT_INDICATOR).orElse(0) == 1,
                u32(from, MqttProperties.PUBLICATION_EXPIRY_INTERVAL),
                text(from, MqttProperties.CONTENT_TYPE),
                text(from, MqttProperties.RESPONSE_TOPIC).map(TopicName::new),
                binary(from, MqttProperties.CORRELATION_DATA),
                user(from));
    }

    static MqttProperties ofOutbound(OutboundPublish packet) {
        PublishProperties from = packet.message().properties();
        if (packet.topicAlias() == 0
                && packet.subscriptionIdentifiers().isEmpty()
                && from.equals(PublishProperties.NONE)) {
            return MqttProperties.NO_PROPERTIES;
        }
        MqttProperties to = new MqttProperties();
        if (packet.topicAlias() > 0) {
            to.add(new IntegerProperty(MqttProperties.TOPIC_ALIAS, packet.topicAlias()));
        }
        if (from.payloadIsUtf8()) {
            to.add(new IntegerProperty(MqttProperties.PAYLOAD_FORMAT_INDICATOR, 1));
        }
        from.messageExpiry().ifPresent(value -> addU32(to, MqttProperties.PUBLICATION_EXPIRY_INTERVAL, value));
        from.contentType().ifPresent(value -> addText(to, MqttProperties.CONTENT_TYPE, value));
        from.responseTopic().ifPresent(value -> addText(to, MqttProperties.RESPONSE_TOPIC, value.value()));
        from.correlationData().ifPresent(value -> addBinary(to, MqttProperties.CORRELATION_DATA, value));
        if (!from.userProperties().isEmpty()) {
            UserProperties pairs = new UserProperties();
            from.userProperties().forEach(property -> pairs.add(property.name(), property.value()));
            to.add(pairs);
        }
        for (int identifier : packet.subscriptionIdentifiers()) {
            to.add(new IntegerProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER, identifier));
        }
        return to;
    }

    static void addU32(MqttProperties to, int id, long value) {
        to.add(new IntegerProperty(id, (int) value));
    }

    static void addText(MqttProperties to, int id, String value) {
        to.add(new StringProperty(id, value));
    }

    static void addBinary(MqttProperties to, int id, ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        to.add(new BinaryProperty(id, bytes));
    }
}
