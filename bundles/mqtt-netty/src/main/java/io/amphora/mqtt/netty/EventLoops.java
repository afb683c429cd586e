// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event loops that all listeners share. Thread-safe. */
final class EventLoops implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);

    private final EventLoopGroup group;
    private final boolean epoll;

    /**
     * @param threads 0 for one per core
     * @param io {@code auto}, {@code epoll} or {@code nio}
     */
    EventLoops(int threads, String io) {
        if (threads < 0 || threads > 1_024) {
            throw new IllegalArgumentException("threads = " + threads + " is not within 0 to 1024");
        }
        this.epoll = usesEpoll(io.toLowerCase(Locale.ROOT));
        int count = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        this.group = new MultiThreadIoEventLoopGroup(
                count,
                new DefaultThreadFactory("amphora-io", true),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        LOG.info("Started {} event loops ({})", count, io());
    }

    private static boolean usesEpoll(String io) {
        return switch (io) {
            case "nio" -> false;
            case "epoll" -> {
                Epoll.ensureAvailability();
                yield true;
            }
            case "auto" -> {
                if (!Epoll.isAvailable()) {
                    LOG.info(
                            "Found no native epoll ({}), using NIO",
                            Epoll.unavailabilityCause().toString());
                }
                yield Epoll.isAvailable();
            }
            default -> throw new IllegalArgumentException("io = " + io + " is none of auto, epoll and nio");
        };
    }

    EventLoopGroup group() {
        return group;
    }

    Class<? extends ServerSocketChannel> serverChannel() {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** Which interface of the operating system is used: {@code epoll} or {@code nio}. */
    String io() {
        return epoll ? "epoll" : "nio";
    }

    /** Ends the threads; waits for them a little. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
