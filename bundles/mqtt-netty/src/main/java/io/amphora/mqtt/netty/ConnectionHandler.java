// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.Connack;
import io.amphora.mqtt.Connect;
import io.amphora.mqtt.Disconnect;
import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.Broker;
import io.amphora.mqtt.spi.Connection;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the packets of one channel to its connection of the broker, and is the one place where a protocol error is
 * caught. Confined to the channel's event loop.
 */
final class ConnectionHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);

    /** Where Netty's codec keeps the version; a CONNECT that never reaches it is answered in its own version too. */
    private static final AttributeKey<MqttVersion> CODEC_VERSION = AttributeKey.valueOf("NETTY_CODEC_MQTT_VERSION");

    private final Broker broker;
    private final ListenerSettings settings;
    private final PacketRules rules;
    private final EventLoops loops;
    private NettyLink link;
    private KeepAlive keepAlive;
    private boolean introduced; // by a CONNECT
    private boolean left; // the broker knows that it has ended
    private Connection connection;
    private TopicAliases aliases;
    private final AtomicInteger unfinished = new AtomicInteger(); // publishes whose result is to come
    private volatile boolean draining;

    ConnectionHandler(Broker broker, ListenerSettings settings, PacketRules rules, EventLoops loops) {
        this.broker = broker;
        this.settings = settings;
        this.rules = rules;
        this.loops = loops;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        keepAlive = new KeepAlive(ctx.channel(), this::silent);
        link = new NettyLink(ctx.channel(), settings, keepAlive, broker.traffic(), loops);
        link.whenResumed(this::resume);
        connection = broker.open(link);
        keepAlive.expect(settings.connectTimeout());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (link.isClosing()) {
            ReferenceCountUtil.release(message);
            return;
        }
        broker.traffic().received(rules.length());
        link.readBegins();
        try {
            handle((MqttMessage) message);
        } catch (MqttProtocolException e) {
            refuse(e);
        }
    }

    private void handle(MqttMessage message) {
        if (message.decoderResult().isFailure()) {
            throw PacketReader.malformed(message.decoderResult().cause().toString());
        }
        switch (message.fixedHeader().messageType()) {
            case PUBLISH -> publishOrHold((MqttPublishMessage) message);
            case PUBACK -> acknowledge(message, Acknowledgement.Type.PUBACK);
            case PUBREC -> acknowledge(message, Acknowledgement.Type.PUBREC);
            case PUBREL -> acknowledge(message, Acknowledgement.Type.PUBREL);
            case PUBCOMP -> acknowledge(message, Acknowledgement.Type.PUBCOMP);
            case PINGREQ -> connection.ping();
            case SUBSCRIBE ->
                connection.subscribe(InboundPackets.subscribe((MqttSubscribeMessage) message, rules.isBridge()));
            case UNSUBSCRIBE -> connection.unsubscribe(InboundPackets.unsubscribe((MqttUnsubscribeMessage) message));
            case CONNECT -> connect((MqttConnectMessage) message);
            case AUTH -> connection.auth(InboundPackets.auth(message));
            case DISCONNECT -> {
                publishAllHeld();
                connection.disconnect(InboundPackets.disconnect(message));
                link.close();
            }
            default ->
                throw new MqttProtocolException(
                        ReasonCode.PROTOCOL_ERROR, message.fixedHeader().messageType() + " from a client");
        }
    }

    private void connect(MqttConnectMessage message) {
        var version = rules.version().orElseThrow();
        link.version(version);
        keepAlive.expect(settings.idleTimeout());
        introduced = true;
        Connect packet = InboundPackets.connect(message, version);
        link.clientId(packet.clientId());
        link.largestForClient(packet.maximumPacketSize().orElse(Long.MAX_VALUE));
        connection.connect(packet);
    }

    private void publishOrHold(MqttPublishMessage message) {
        if (link.holdsPublishes()) {
            link.ahead().hold(message, rules.length());
            link.adjustReading();
        } else {
            publish(message);
        }
    }

    /** The broker takes messages again. */
    private void resume() {
        try {
            while (link.takesHeld()) {
                publish(link.ahead().next());
            }
        } catch (MqttProtocolException e) {
            refuse(e);
        } catch (RuntimeException | Error e) {
            LOG.error("Closed {} because of an error", link.peer(), e);
            link.abort();
        }
        link.adjustReading();
        link.flush();
    }

    /** The client has ended the connection; all that it sent before counts, and nothing comes any more. */
    private void publishAllHeld() {
        while (!link.isClosing() && !link.ahead().isEmpty()) {
            publish(link.ahead().next());
        }
    }

    private void publish(MqttPublishMessage message) {
        CompletionStage<?> done;
        try {
            done = connection.publish(InboundPackets.publish(message, topic(message)));
        } catch (RuntimeException | Error e) {
            message.release();
            throw e;
        }
        if (done.toCompletableFuture().isDone()) {
            message.release();
        } else {
            unfinished.incrementAndGet();
            var unused = done.whenComplete((result, failure) -> {
                message.release();
                if (unfinished.decrementAndGet() == 0 && draining) {
                    execute(this::stop); // after the acknowledgement, which was queued before
                }
            });
        }
    }

    private TopicName topic(MqttPublishMessage message) {
        String topic = message.variableHeader().topicName();
        OptionalInt alias = Properties5.number(message.variableHeader().properties(), MqttProperties.TOPIC_ALIAS);
        if (alias.isPresent()) {
            aliases = aliases == null ? new TopicAliases(link.topicAliasMaximum()) : aliases;
            return aliases.resolve(topic, alias.getAsInt());
        }
        if (topic.isEmpty() && link.version().hasProperties()) {
            throw new MqttProtocolException(ReasonCode.PROTOCOL_ERROR, "neither topic nor alias");
        }
        return new TopicName(topic);
    }

    private void acknowledge(MqttMessage message, Acknowledgement.Type type) {
        connection.acknowledge(InboundPackets.acknowledgement(message, type));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (introduced) { // until then, no trickle of bytes prolongs the time
            keepAlive.heard();
        }
        link.readEnds();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == WebSocketFrames.CLOSING) {
            if (link != null) {
                link.writeOut();
            }
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable() && !link.isClosing()) {
            connection.writable();
        }
    }

    @Override
    public void channelRegistered(ChannelHandlerContext ctx) {
        if (link != null) { // not for the first time
            link.movedIn();
        }
    }

    @Override
    public void channelUnregistered(ChannelHandlerContext ctx) {
        if (ctx.channel().isOpen()) {
            link.movedOut();
        } else if (link != null) {
            closed(); // what is closed while it is about to move does not become inactive before
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closed();
    }

    private void closed() {
        try {
            leave();
        } finally {
            link.closed();
        }
    }

    private void leave() {
        if (!left) {
            left = true;
            keepAlive.cancel();
            try {
                publishAllHeld();
            } catch (MqttProtocolException e) {
                LOG.debug("Dropped what {} had sent last: {}", link.peer(), e.getMessage());
            } finally {
                connection.closed();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof MqttProtocolException error) {
            rules.version().ifPresent(version -> {
                link.version(version);
                ctx.channel()
                        .attr(CODEC_VERSION)
                        .set(MqttVersion.fromProtocolNameAndLevel(version.protocolName(), (byte) version.level()));
            });
            refuse(error);
        } else if (cause instanceof IOException) {
            LOG.debug("Lost {}", link.peer(), cause); // broken by the network
            var unused = ctx.close();
        } else if (cause instanceof DecoderException) {
            noMqtt(cause);
            var unused = ctx.close();
        } else {
            LOG.error("Closed {} because of an error", link.peer(), cause);
            var unused = ctx.close();
        }
    }

    /** What is around MQTT is broken: TLS, HTTP or the PROXY header. */
    private void noMqtt(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null && !(root instanceof SSLException)) {
            root = root.getCause();
        }
        boolean tls = root instanceof SSLException;
        if (!link.isClosing()) {
            link.refused(
                    link.isWelcomed() ? "Cut off" : "Refused",
                    tls ? "TLS" : "MALFORMED_FRAME",
                    (tls ? "TLS failed: " : "neither the protocol of this listener nor MQTT: ") + root.getMessage());
        }
        LOG.debug("Lost {}", link.peer(), cause);
    }

    private void refuse(MqttProtocolException error) {
        end(error.reasonCode(), error.getMessage());
    }

    private void silent() {
        if (link.isWelcomed()) {
            end(ReasonCode.KEEP_ALIVE_TIMEOUT, "nothing heard for too long");
        } else {
            link.refused(
                    "Refused",
                    introduced ? "AUTHENTICATION_TIMEOUT" : "NO_CONNECT",
                    introduced
                            ? "its authentication did not end in time"
                            : "no CONNECT within " + settings.connectTimeout() + " ms");
            link.close();
        }
    }

    /** Takes nothing more, and stops once everything that was taken is dealt with. */
    void drain() {
        if (link.isClosing()) {
            return;
        }
        link.readNoMore();
        link.ahead().discard();
        draining = true;
        if (unfinished.get() == 0) {
            execute(this::stop); // after the last acknowledgements, which may be queued
        }
    }

    /** Ends the connection because the listener stops. */
    void stop() {
        end(ReasonCode.SERVER_SHUTTING_DOWN, "the listener stops");
    }

    /** Identifier of the client; empty before CONNECT. */
    String clientId() {
        return link == null ? "" : link.clientId();
    }

    /** Does something on the event loop. */
    void execute(Runnable action) {
        link.eventLoop().execute(action);
    }

    /** Closes the connection without a word. */
    void abort() {
        link.abort();
    }

    /** Ends the connection from this side, as the version and the phase allow [MQTT-4.13.1-1]. */
    private void end(ReasonCode code, String reason) {
        if (link.isWelcomed()) {
            link.send(Disconnect.of(code, reason));
        } else if (mayAnswer(code)) {
            link.send(Connack.refused(code, reason));
        } else if (!link.isClosing() && code != ReasonCode.SERVER_SHUTTING_DOWN) {
            link.refused("Refused", code.toString(), reason); // it is not told itself
        }
        link.close();
        leave(); // the client may take its time to close
    }

    /** A CONNECT of MQTT 5 is told why it failed, an older one only where there is a return code for it. */
    private boolean mayAnswer(ReasonCode code) {
        return (rules.version().isPresent() && link.version().hasProperties())
                || code == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION
                || code == ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
    }
}
