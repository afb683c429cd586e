// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.spi.Broker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Equips accepted channels. Thread-safe. */
final class MqttChannels extends ChannelInitializer<Channel> {

    private static final Logger LOG = LoggerFactory.getLogger(MqttChannels.class);

    /** Any client identifier that a string can hold; Netty's own limit is 23. */
    private static final int LONGEST_CLIENT_ID = 65_535;

    private final ListenerSettings settings;
    private final Broker broker;
    private final ChannelGroup connections;
    private final SentBytes sentBytes;

    MqttChannels(ListenerSettings settings, Broker broker, ChannelGroup connections) {
        this.settings = settings;
        this.broker = broker;
        this.connections = connections;
        this.sentBytes = new SentBytes(broker.traffic());
    }

    @Override
    protected void initChannel(Channel channel) {
        if (connections.size() >= settings.maximumConnections()) {
            LOG.debug("Closed a connection: {} are open already", settings.maximumConnections());
            var unused = channel.close();
            return;
        }
        connections.add(channel);
        ReadBuffers buffers = new ReadBuffers();
        PacketRules rules = new PacketRules();
        channel.config().setRecvByteBufAllocator(buffers);
        channel.pipeline()
                .addLast(sentBytes)
                .addLast(new PacketFramer(buffers, rules, settings.maximumPacketSize()))
                .addLast(new MqttDecoder(settings.maximumPacketSize(), LONGEST_CLIENT_ID))
                .addLast(MqttEncoder.INSTANCE)
                .addLast(new ConnectionHandler(broker, settings, rules));
    }
}
