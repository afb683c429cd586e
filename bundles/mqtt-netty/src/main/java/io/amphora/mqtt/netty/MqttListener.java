// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

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
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens on one address. Thread-safe. */
final class MqttListener implements Listener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MqttListener.class);
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1_024, 256 * 1_024);
    private static final long CLOSE_SECONDS = 3;
    private static final long REFRESH_SECONDS = 1;

    private final ListenerSettings settings;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Optional<Future<?>> refreshing;
    private final Channel server;

    /**
     * Binds and begins to accept.
     *
     * @throws IOException if the address cannot be bound, or TLS has no identity
     */
    MqttListener(ListenerSettings settings, Broker broker, EventLoops loops) throws IOException {
        this.settings = settings;
        InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
        requireGuarded(address, broker);
        Optional<TlsIdentity> identity = settings.tls().isPresent()
                ? Optional.of(new TlsIdentity(settings.tls().get()))
                : Optional.empty();
        ChannelFuture bound = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannel())
                .option(ChannelOption.SO_BACKLOG, settings.backlog())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new MqttChannels(settings, broker, connections, identity, loops))
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + text(address) + ": " + bound.cause().getMessage(), bound.cause());
        }
        server = bound.channel();
        refreshing = identity.map(tls -> GlobalEventExecutor.INSTANCE.scheduleWithFixedDelay(
                tls::refresh, REFRESH_SECONDS, REFRESH_SECONDS, TimeUnit.SECONDS));
        LOG.info("Listening on {} ({}, {})", text(address()), settings.transport(), loops.io());
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

    /**
     * Accepts no more and reads no more, waits for what was accepted to be acknowledged, tells the clients, and closes
     * their connections.
     */
    @Override
    public void close() {
        InetSocketAddress address = address();
        refreshing.ifPresent(task -> task.cancel(false));
        server.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        each(ConnectionHandler::drain);
        if (!closedWithin(settings.drainTimeout())) {
            LOG.info("Stopped waiting for {} connections of {}", connections.size(), settings.name());
            each(ConnectionHandler::stop);
        }
        if (!closedWithin(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS))) {
            each(ConnectionHandler::abort);
            if (!closedWithin(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS))) {
                LOG.warn("{} connections of {} do not close", connections.size(), settings.name());
            }
        }
        LOG.info("Stopped listening on {}", text(address));
    }

    private boolean closedWithin(long milliseconds) {
        return connections.newCloseFuture().awaitUninterruptibly(milliseconds, TimeUnit.MILLISECONDS);
    }

    private void each(Consumer<ConnectionHandler> action) {
        for (Channel channel : connections) {
            channel.eventLoop().execute(() -> {
                ConnectionHandler handler = channel.pipeline().get(ConnectionHandler.class);
                if (handler != null) {
                    handler.execute(() -> action.accept(handler)); // which may be on another event loop by now
                }
            });
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }
}
