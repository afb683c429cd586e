// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.Auth;
import io.amphora.mqtt.Connack;
import io.amphora.mqtt.Disconnect;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.ServerPacket;
import io.amphora.mqtt.Suback;
import io.amphora.mqtt.Unsuback;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Values of the API as packets for Netty's encoder. Pure. */
final class OutboundPackets {

    private OutboundPackets() {}

    /** @param version of the connection: what it cannot say is left out */
    static MqttMessage of(ServerPacket packet, MqttVersion version) {
        // In the order of how often they are sent.
        if (packet instanceof OutboundPublish publish) {
            return publish(publish);
        }
        if (packet instanceof Acknowledgement acknowledgement) {
            return acknowledgement(acknowledgement);
        }
        if (packet instanceof Connack connack) {
            return connack(connack, version);
        }
        if (packet instanceof Suback suback) {
            return suback(suback, version);
        }
        if (packet instanceof Unsuback unsuback) {
            return unsuback(unsuback, version);
        }
        if (packet instanceof Auth auth) {
            return auth(auth);
        }
        return packet instanceof Disconnect disconnect ? disconnect(disconnect) : MqttMessage.PINGRESP;
    }

    /**
     * The packet without what would make it exceed the client's maximum: first the reason [MQTT-3.2.2-19]
     * [MQTT-3.14.2-3], then the server reference. Nothing if even the rest is too large [MQTT-3.1.2-24].
     */
    static Optional<ServerPacket> fitting(ServerPacket packet, long largest) {
        if (packet instanceof Disconnect disconnect && size(1, disconnect.reason(), Optional.empty()) > largest) {
            return Optional.of(new Disconnect(disconnect.reasonCode(), Optional.empty(), disconnect.sessionExpiry()));
        }
        if (packet instanceof Connack connack && connack.reasonCode().isError()) {
            return Stream.of(
                            connack,
                            Connack.refused(connack.reasonCode(), "", connack.serverReference()),
                            Connack.refused(connack.reasonCode(), ""))
                    .filter(each -> size(2, each.reason(), each.serverReference()) <= largest)
                    .<ServerPacket>map(each -> each)
                    .findFirst();
        }
        return Optional.of(packet);
    }

    /** Bytes of a packet with so many before its properties, of which there are at most these two. */
    private static long size(int before, Optional<String> reason, Optional<String> reference) {
        long properties = property(reason) + property(reference);
        long rest = before + variableLength(properties) + properties;
        return 1 + variableLength(rest) + rest;
    }

    private static long property(Optional<String> text) {
        return text.filter(value -> !value.isEmpty())
                .map(value -> 3L + ByteBufUtil.utf8Bytes(value))
                .orElse(0L);
    }

    private static int variableLength(long value) {
        return value < 0x80 ? 1 : value < 0x4000 ? 2 : 3;
    }

    private static MqttMessage publish(OutboundPublish packet) {
        Message message = packet.message();
        MqttFixedHeader fixed = new MqttFixedHeader(
                MqttMessageType.PUBLISH,
                packet.duplicate(),
                MqttQoS.valueOf(packet.qos().level()),
                packet.retain(),
                0);
        MqttProperties properties = Properties5.ofOutbound(packet);
        String topic = packet.topicKnown() ? "" : message.topic().value();
        return new MqttPublishMessage(
                fixed,
                new MqttPublishVariableHeader(topic, packet.packetId(), properties),
                Unpooled.wrappedBuffer(message.payload().duplicate()));
    }

    private static MqttMessage acknowledgement(Acknowledgement packet) {
        MqttMessageType type =
                switch (packet.type()) {
                    case PUBACK -> MqttMessageType.PUBACK;
                    case PUBREC -> MqttMessageType.PUBREC;
                    case PUBREL -> MqttMessageType.PUBREL;
                    case PUBCOMP -> MqttMessageType.PUBCOMP;
                };
        MqttQoS flags = type == MqttMessageType.PUBREL ? MqttQoS.AT_LEAST_ONCE : MqttQoS.AT_MOST_ONCE;
        return new MqttMessage(
                new MqttFixedHeader(type, false, flags, false, 0),
                new MqttPubReplyMessageVariableHeader(
                        packet.packetId(),
                        code(packet.reasonCode()),
                        reason(packet.reason().orElse(""))));
    }

    private static MqttMessage connack(Connack packet, MqttVersion version) {
        MqttProperties properties = new MqttProperties();
        byte code = version.hasProperties() ? code(packet.reasonCode()) : returnCode(packet.reasonCode());
        packet.reason()
                .filter(value -> !value.isEmpty())
                .ifPresent(value -> Properties5.addText(properties, MqttProperties.REASON_STRING, value));
        packet.assignedClientId()
                .ifPresent(value ->
                        Properties5.addText(properties, MqttProperties.ASSIGNED_CLIENT_IDENTIFIER, value.value()));
        packet.serverKeepAlive()
                .ifPresent(value -> properties.add(new IntegerProperty(MqttProperties.SERVER_KEEP_ALIVE, value)));
        packet.sessionExpiry()
                .ifPresent(value -> Properties5.addU32(properties, MqttProperties.SESSION_EXPIRY_INTERVAL, value));
        packet.receiveMaximum()
                .ifPresent(value -> properties.add(new IntegerProperty(MqttProperties.RECEIVE_MAXIMUM, value)));
        packet.maximumPacketSize()
                .ifPresent(value -> properties.add(new IntegerProperty(MqttProperties.MAXIMUM_PACKET_SIZE, value)));
        packet.topicAliasMaximum()
                .ifPresent(value -> properties.add(new IntegerProperty(MqttProperties.TOPIC_ALIAS_MAXIMUM, value)));
        packet.responseInformation()
                .ifPresent(value -> Properties5.addText(properties, MqttProperties.RESPONSE_INFORMATION, value));
        packet.serverReference()
                .ifPresent(value -> Properties5.addText(properties, MqttProperties.SERVER_REFERENCE, value));
        packet.authenticationMethod()
                .ifPresent(value -> Properties5.addText(properties, MqttProperties.AUTHENTICATION_METHOD, value));
        packet.authenticationData()
                .ifPresent(value -> Properties5.addBinary(properties, MqttProperties.AUTHENTICATION_DATA, value));
        boolean present = packet.sessionPresent() && version != MqttVersion.V3_1; // where that byte is reserved
        return new MqttConnAckMessage(
                fixed(MqttMessageType.CONNACK),
                new MqttConnAckVariableHeader(MqttConnectReturnCode.valueOf(code), present, properties));
    }

    /** The return code of MQTT 3.1 and 3.1.1 that says it best. */
    private static byte returnCode(ReasonCode code) {
        return switch (code) {
            case SUCCESS -> 0;
            case UNSUPPORTED_PROTOCOL_VERSION -> 1;
            case CLIENT_IDENTIFIER_NOT_VALID -> 2;
            case BAD_USER_NAME_OR_PASSWORD, BAD_AUTHENTICATION_METHOD -> 4;
            case NOT_AUTHORIZED, BANNED, TOPIC_NAME_INVALID -> 5;
            default -> 3;
        };
    }

    private static MqttMessage suback(Suback packet, MqttVersion version) {
        List<Integer> codes = packet.reasonCodes().stream()
                .map(code -> code.isError() && !version.hasProperties() ? 0x80 : code.code())
                .toList();
        return new MqttSubAckMessage(
                fixed(MqttMessageType.SUBACK),
                new MqttMessageIdAndPropertiesVariableHeader(packet.packetId(), MqttProperties.NO_PROPERTIES),
                new MqttSubAckPayload(codes));
    }

    private static MqttMessage unsuback(Unsuback packet, MqttVersion version) {
        if (!version.hasProperties()) {
            return new MqttUnsubAckMessage(
                    fixed(MqttMessageType.UNSUBACK), MqttMessageIdVariableHeader.from(packet.packetId()));
        }
        List<Short> codes =
                packet.reasonCodes().stream().map(code -> (short) code.code()).toList();
        return new MqttUnsubAckMessage(
                fixed(MqttMessageType.UNSUBACK),
                new MqttMessageIdAndPropertiesVariableHeader(packet.packetId(), MqttProperties.NO_PROPERTIES),
                new MqttUnsubAckPayload(codes));
    }

    private static MqttMessage disconnect(Disconnect packet) {
        return new MqttMessage(
                fixed(MqttMessageType.DISCONNECT),
                new MqttReasonCodeAndPropertiesVariableHeader(
                        code(packet.reasonCode()), reason(packet.reason().orElse(""))));
    }

    private static MqttMessage auth(Auth packet) {
        MqttProperties properties = new MqttProperties();
        Properties5.addText(properties, MqttProperties.AUTHENTICATION_METHOD, packet.method());
        packet.data().ifPresent(value -> Properties5.addBinary(properties, MqttProperties.AUTHENTICATION_DATA, value));
        return new MqttMessage(
                fixed(MqttMessageType.AUTH),
                new MqttReasonCodeAndPropertiesVariableHeader(code(packet.reasonCode()), properties));
    }

    private static MqttProperties reason(String reason) {
        if (reason.isEmpty()) {
            return MqttProperties.NO_PROPERTIES;
        }
        MqttProperties properties = new MqttProperties();
        Properties5.addText(properties, MqttProperties.REASON_STRING, reason);
        return properties;
    }

    private static MqttFixedHeader fixed(MqttMessageType type) {
        return new MqttFixedHeader(type, false, MqttQoS.AT_MOST_ONCE, false, 0);
    }

    private static byte code(ReasonCode code) {
        return (byte) code.code();
    }
}
