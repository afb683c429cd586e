// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.spi.Broker;
import io.amphora.mqtt.spi.Listener;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens on one address. Thread-safe. */
final class MqttListener implements Listener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MqttListener.class);
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1_024, 256 * 1_024);
    private static final long CLOSE_SECONDS = 3;

    private final ListenerSettings settings;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Channel server;

    /**
     * Binds and begins to accept.
     *
     * @throws IOException if the address cannot be bound
     */
    MqttListener(ListenerSettings settings, Broker broker, EventLoops loops) throws IOException {
        this.settings = settings;
        InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
        requireGuarded(address, broker);
        ChannelFuture bound = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannel())
                .option(ChannelOption.SO_BACKLOG, settings.backlog())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new MqttChannels(settings, broker, connections))
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + text(address) + ": " + bound.cause().getMessage(), bound.cause());
        }
        server = bound.channel();
        LOG.info("Listening on {} (tcp, {})", text(address()), loops.io());
        if (!broker.authenticates()) {
            LOG.info("Listener {} lets everybody on this machine in: there is no authenticator", settings.name());
        }
    }

    private static void requireGuarded(InetSocketAddress address, Broker broker) throws IOException {
        if (address.isUnresolved()) {
            throw new IOException("host = " + address.getHostString() + " is not known");
        }
        if (!address.getAddress().isLoopbackAddress() && !broker.authenticates()) {
            throw new IOException("host = " + address.getHostString()
                    + " can be reached from other machines, which is refused as long as there is no authenticator");
        }
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    /** Connections that are open. */
    int connections() {
        return connections.size();
    }

    /** Accepts no more, tells the clients, and closes their connections. */
    @Override
    public void close() {
        InetSocketAddress address = address();
        server.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        for (Channel channel : connections) {
            channel.eventLoop().execute(() -> bid(channel));
        }
        boolean all = connections.newCloseFuture().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        if (!all) {
            connections.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
        LOG.info("Stopped listening on {}", text(address));
    }

    private static void bid(Channel channel) {
        ConnectionHandler handler = channel.pipeline().get(ConnectionHandler.class);
        if (handler != null) {
            handler.end(ReasonCode.SERVER_SHUTTING_DOWN, "the listener stops");
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }
}
