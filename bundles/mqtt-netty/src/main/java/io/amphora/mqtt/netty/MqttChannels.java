// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.spi.Broker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import java.util.Optional;

/** Equips accepted channels: from the outside in PROXY header, TLS, WebSocket, each where it is wanted, then MQTT. Thread-safe. */
final class MqttChannels extends ChannelInitializer<Channel> {

    /** Any client identifier that a string can hold; Netty's own limit is 23. */
    private static final int LONGEST_CLIENT_ID = 65_535;

    /** Bytes of the request that a WebSocket begins with. */
    private static final int LARGEST_REQUEST = 16 * 1_024;

    /** What a frame may hold besides the largest packet, since packets may share one. */
    private static final int FRAME_SURPLUS = 64 * 1_024;

    private final ListenerSettings settings;
    private final Broker broker;
    private final ChannelGroup connections;
    private final Optional<TlsIdentity> identity;
    private final EventLoops loops;
    private final SentBytes sentBytes;

    MqttChannels(
            ListenerSettings settings,
            Broker broker,
            ChannelGroup connections,
            Optional<TlsIdentity> identity,
            EventLoops loops) {
        this.settings = settings;
        this.broker = broker;
        this.connections = connections;
        this.identity = identity;
        this.loops = loops;
        this.sentBytes = new SentBytes(broker.traffic());
    }

    @Override
    protected void initChannel(Channel channel) {
        Optional<String> refusal = refusal(channel);
        if (refusal.isPresent()) {
            refused(channel, "NOT_ACCEPTED", refusal.get());
            var unused = channel.close();
            return;
        }
        connections.add(channel);
        ChannelPipeline pipeline = channel.pipeline();
        settings.proxies().ifPresent(proxies -> pipeline.addLast(new ProxyHeader(this::noProxyHeader)));
        identity.ifPresent(tls -> pipeline.addLast(tls.newHandler(channel.alloc())));
        settings.webSocket().ifPresent(webSocket -> addWebSocket(pipeline, webSocket));
        addMqtt(channel);
    }

    private Optional<String> refusal(Channel channel) {
        if (connections.size() >= settings.maximumConnections()) {
            return Optional.of("max_connections = " + settings.maximumConnections() + " are open already");
        }
        boolean stranger = settings.proxies()
                .filter(proxies -> !proxies.trust(channel.remoteAddress()))
                .isPresent();
        return stranger ? Optional.of("proxies does not list this address") : Optional.empty();
    }

    private void noProxyHeader(Channel channel) {
        refused(channel, "PROXY_HEADER", "it sent no PROXY header");
    }

    private void refused(Channel channel, String kind, String reason) {
        ConnectionHandler handler = channel.pipeline().get(ConnectionHandler.class);
        String client = handler == null ? "" : handler.clientId();
        String what = client.isEmpty() ? "Refused" : "Cut off";
        loops.refusals().add(what, client, ProxyHeader.peer(channel), settings.name(), kind, reason);
    }

    private void addWebSocket(ChannelPipeline pipeline, WebSocketSettings webSocket) {
        pipeline.addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(LARGEST_REQUEST, true))
                .addLast(new WebSocketUpgrade(
                        webSocket,
                        Math.addExact(settings.maximumPacketSize(), FRAME_SURPLUS),
                        (channel, reason) -> refused(channel, "WEBSOCKET", reason)));
    }

    private void addMqtt(Channel channel) {
        ReadBuffers buffers = new ReadBuffers();
        PacketRules rules = new PacketRules();
        if (settings.webSocket().isEmpty() && identity.isEmpty()) {
            channel.config().setRecvByteBufAllocator(buffers); // what is read from the network is MQTT as it stands
        }
        channel.pipeline()
                .addLast(sentBytes)
                .addLast(new PacketFramer(buffers, rules, settings.maximumPacketSize(), loops.begunBytes()))
                .addLast(new MqttDecoder(settings.maximumPacketSize(), LONGEST_CLIENT_ID))
                .addLast(MqttEncoder.INSTANCE)
                .addLast(new ConnectionHandler(broker, settings, rules, loops));
    }
}
