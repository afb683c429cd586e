// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.Auth;
import io.amphora.mqtt.Connect;
import io.amphora.mqtt.Disconnect;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.Publish;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.Subscribe;
import io.amphora.mqtt.SubscriptionOptions;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.Unsubscribe;
import io.amphora.mqtt.Will;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Packets of Netty's decoder as values of the API. Pure. */
final class InboundPackets {

    private static final SubscriptionOptions.RetainHandling[] RETAIN_HANDLING =
            SubscriptionOptions.RetainHandling.values();

    private InboundPackets() {}

    static Connect connect(MqttConnectMessage message, MqttVersion version) {
        MqttConnectVariableHeader header = message.variableHeader();
        MqttConnectPayload payload = message.payload();
        MqttProperties properties = header.properties();
        return new Connect(
                version,
                payload.clientIdentifier(),
                header.isCleanSession(),
                header.keepAliveTimeSeconds(),
                sessionExpiry(header, version),
                Properties5.number(properties, MqttProperties.RECEIVE_MAXIMUM).orElse(65_535),
                Properties5.u32(properties, MqttProperties.MAXIMUM_PACKET_SIZE),
                Properties5.number(properties, MqttProperties.TOPIC_ALIAS_MAXIMUM)
                        .orElse(0),
                Properties5.number(properties, MqttProperties.REQUEST_RESPONSE_INFORMATION)
                                .orElse(0)
                        == 1,
                Properties5.number(properties, MqttProperties.REQUEST_PROBLEM_INFORMATION)
                                .orElse(1)
                        == 1,
                Optional.ofNullable(payload.userName()),
                Optional.ofNullable(payload.passwordInBytes()).map(ByteBuffer::wrap),
                header.isWillFlag() ? Optional.of(will(header, payload)) : Optional.empty(),
                Properties5.text(properties, MqttProperties.AUTHENTICATION_METHOD),
                Properties5.binary(properties, MqttProperties.AUTHENTICATION_DATA),
                Properties5.user(properties));
    }

    private static long sessionExpiry(MqttConnectVariableHeader header, MqttVersion version) {
        if (version.hasProperties()) {
            return Properties5.u32(header.properties(), MqttProperties.SESSION_EXPIRY_INTERVAL)
                    .orElse(0);
        }
        return header.isCleanSession() ? 0 : Connect.NEVER;
    }

    private static Will will(MqttConnectVariableHeader header, MqttConnectPayload payload) {
        if (payload.willTopic() == null) {
            throw PacketReader.malformed("the will's topic is too long");
        }
        Message message = new Message(
                new TopicName(payload.willTopic()),
                ByteBuffer.wrap(payload.willMessageInBytes()),
                Qos.of(header.willQos()),
                header.isWillRetain(),
                Properties5.ofPublish(payload.willProperties()));
        return new Will(
                message,
                Properties5.u32(payload.willProperties(), MqttProperties.WILL_DELAY_INTERVAL)
                        .orElse(0));
    }

    /** @param topic with the alias resolved */
    static Publish publish(MqttPublishMessage message, TopicName topic) {
        boolean identified = message.fixedHeader().qosLevel().value() > 0;
        return new Publish(
                topic,
                message.payload().nioBuffer().asReadOnlyBuffer(),
                Qos.of(message.fixedHeader().qosLevel().value()),
                message.fixedHeader().isRetain(),
                message.fixedHeader().isDup(),
                identified ? message.variableHeader().packetId() : 0,
                Properties5.ofPublish(message.variableHeader().properties()));
    }

    static Acknowledgement acknowledgement(MqttMessage message, Acknowledgement.Type type) {
        if (message.variableHeader() instanceof MqttPubReplyMessageVariableHeader reply) {
            return new Acknowledgement(
                    type,
                    reply.messageId(),
                    ReasonCodes.of(reply.reasonCode()),
                    Properties5.text(reply.properties(), MqttProperties.REASON_STRING));
        }
        MqttMessageIdVariableHeader header = (MqttMessageIdVariableHeader) message.variableHeader();
        return Acknowledgement.success(type, header.messageId());
    }

    /** @param bridge whether it is another broker's, which must not get its own messages back, and keeps what is retained */
    static Subscribe subscribe(MqttSubscribeMessage message, boolean bridge) {
        List<Subscribe.Request> requests = new ArrayList<>();
        for (MqttTopicSubscription each : message.payload().topicSubscriptions()) {
            SubscriptionOptions options = options(each.option());
            boolean shared = TopicFilter.isShared(each.topicFilter()); // No Local is an error there
            requests.add(new Subscribe.Request(each.topicFilter(), bridge && !shared ? options.forBridge() : options));
        }
        return new Subscribe(
                message.variableHeader().messageId(),
                requests,
                Properties5.number(
                        message.idAndPropertiesVariableHeader().properties(), MqttProperties.SUBSCRIPTION_IDENTIFIER));
    }

    private static SubscriptionOptions options(MqttSubscriptionOption option) {
        return new SubscriptionOptions(
                Qos.of(option.qos().value()),
                option.isNoLocal(),
                option.isRetainAsPublished(),
                RETAIN_HANDLING[option.retainHandling().value()]);
    }

    static Unsubscribe unsubscribe(MqttUnsubscribeMessage message) {
        return new Unsubscribe(
                message.variableHeader().messageId(), message.payload().topics());
    }

    static Auth auth(MqttMessage message) {
        MqttReasonCodeAndPropertiesVariableHeader header =
                (MqttReasonCodeAndPropertiesVariableHeader) message.variableHeader();
        String method = Properties5.text(header.properties(), MqttProperties.AUTHENTICATION_METHOD)
                .orElseThrow(() ->
                        new MqttProtocolException(ReasonCode.PROTOCOL_ERROR, "AUTH without an authentication method"));
        return new Auth(
                ReasonCodes.of(header.reasonCode()),
                method,
                Properties5.binary(header.properties(), MqttProperties.AUTHENTICATION_DATA),
                Properties5.user(header.properties()));
    }

    static Disconnect disconnect(MqttMessage message) {
        if (message.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header) {
            ReasonCode code = ReasonCodes.of(header.reasonCode());
            return new Disconnect(
                    code == ReasonCode.SUCCESS ? ReasonCode.NORMAL_DISCONNECTION : code,
                    Properties5.text(header.properties(), MqttProperties.REASON_STRING),
                    Properties5.u32(header.properties(), MqttProperties.SESSION_EXPIRY_INTERVAL));
        }
        return new Disconnect(ReasonCode.NORMAL_DISCONNECTION, Optional.empty(), OptionalLong.empty());
    }
}
