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
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loops that all listeners share: for messages, and apart from these, for connections with a bulk transfer, which
 * take whole time slices of a processor. Thread-safe.
 */
final class EventLoops implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);
    private static final Logger REFUSALS = LoggerFactory.getLogger(RefusalLog.class);

    /** How long a connection is without bulk before it is served as others again. */
    private static final long BULK_QUIET_MILLISECONDS = 30_000;

    private final EventLoopGroup group;
    private final EventLoopGroup bulk;
    private final boolean epoll;
    private final long bulkQuietNanos;
    private final AtomicLong heldBytes = new AtomicLong();
    private final BegunBytes begunBytes;
    private final RefusalLog refusals;

    /**
     * @param threads 0 for one per core
     * @param bulkThreads 0 for one per core
     * @param io {@code auto}, {@code epoll} or {@code nio}
     */
    EventLoops(int threads, int bulkThreads, String io) {
        this(threads, bulkThreads, io, BULK_QUIET_MILLISECONDS);
    }

    EventLoops(int threads, int bulkThreads, String io, long bulkQuietMilliseconds) {
        this(threads, bulkThreads, io, bulkQuietMilliseconds, REFUSALS::info);
    }

    /** @param refusals takes lines about refused clients */
    EventLoops(int threads, int bulkThreads, String io, long bulkQuietMilliseconds, Consumer<String> refusals) {
        this(threads, bulkThreads, io, bulkQuietMilliseconds, refusals, new BegunBytes(0));
    }

    /** @param begunBytes bound for all connections that they serve */
    EventLoops(int threads, int bulkThreads, String io, BegunBytes begunBytes) {
        this(threads, bulkThreads, io, BULK_QUIET_MILLISECONDS, REFUSALS::info, begunBytes);
    }

    private EventLoops(
            int threads,
            int bulkThreads,
            String io,
            long bulkQuietMilliseconds,
            Consumer<String> refusals,
            BegunBytes begunBytes) {
        this.begunBytes = begunBytes;
        int count = count("threads", threads);
        int bulkCount = count("bulk_threads", bulkThreads);
        this.epoll = usesEpoll(io.toLowerCase(Locale.ROOT));
        this.group = group(count, "amphora-io");
        this.bulk = groupBeside(group, bulkCount, "amphora-bulk");
        this.refusals = new RefusalLog(GlobalEventExecutor.INSTANCE::schedule, refusals);
        this.bulkQuietNanos = TimeUnit.MILLISECONDS.toNanos(bulkQuietMilliseconds);
        LOG.info("Started {} event loops, and {} for bulk transfers ({})", count, bulkCount, io());
    }

    private static int count(String setting, int threads) {
        if (threads < 0 || threads > 1_024) {
            throw new IllegalArgumentException(setting + " = " + threads + " is not within 0 to 1024");
        }
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }

    /** Another group, or none at all. */
    private EventLoopGroup groupBeside(EventLoopGroup first, int threads, String name) {
        try {
            return group(threads, name);
        } catch (RuntimeException | Error e) { // no file descriptors are left, perhaps
            var unused = first.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
    }

    private EventLoopGroup group(int threads, String name) {
        return new MultiThreadIoEventLoopGroup(
                threads,
                new DefaultThreadFactory(name, true),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
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

    /** Accepts connections, and serves all but those with a bulk transfer. */
    EventLoopGroup group() {
        return group;
    }

    EventLoopGroup bulk() {
        return bulk;
    }

    BegunBytes begunBytes() {
        return begunBytes;
    }

    long bulkQuietNanos() {
        return bulkQuietNanos;
    }

    /** Where the listeners say whom they refused. */
    RefusalLog refusals() {
        return refusals;
    }

    /** A connection's look-ahead, of which all together take a 32nd of the memory at most. */
    LookAhead lookAhead() {
        return new LookAhead(heldBytes, Runtime.getRuntime().maxMemory() / 32);
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
        refusals.close();
        Future<?> bulkEnd = bulk.shutdownGracefully(0, 2, TimeUnit.SECONDS);
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
        bulkEnd.awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
