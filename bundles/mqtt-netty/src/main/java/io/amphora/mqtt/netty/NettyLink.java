// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.Connack;
import io.amphora.mqtt.Disconnect;
import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.ServerPacket;
import io.amphora.mqtt.spi.Link;
import io.amphora.mqtt.spi.Traffic;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The broker's way to one channel. Confined to the channel's event loop, except where {@link Link} says otherwise. */
final class NettyLink implements Link {

    private static final Logger LOG = LoggerFactory.getLogger(NettyLink.class);
    private static final long CLOSE_SECONDS = 3;

    private final Channel channel;
    private final ListenerSettings settings;
    private final KeepAlive keepAlive;
    private final PacketBatch batch;
    private final EventLoops loops;
    private final ConnectionTasks tasks;
    private final LookAhead ahead;
    private Runnable resumed = () -> {};
    private Relocation relocation; // null before the first bulk transfer
    private MqttVersion version = MqttVersion.V3_1_1;
    private long largestForClient = Long.MAX_VALUE;
    private int topicAliasMaximum;
    private String clientId = "";
    private boolean welcomed;
    private boolean handling;
    private boolean reading = true;
    private boolean unflushed;
    private boolean draining;
    private boolean closing;

    NettyLink(Channel channel, ListenerSettings settings, KeepAlive keepAlive, Traffic traffic, EventLoops loops) {
        this.channel = channel;
        this.settings = settings;
        this.keepAlive = keepAlive;
        this.batch = new PacketBatch(channel, traffic);
        this.loops = loops;
        this.tasks = new ConnectionTasks(channel);
        this.ahead = loops.lookAhead();
    }

    /** PUBLISH packets that wait because of {@link #reading}. */
    LookAhead ahead() {
        return ahead;
    }

    /** @param action what to do in a later turn of the event loop when the broker takes PUBLISH packets again */
    void whenResumed(Runnable action) {
        resumed = action;
    }

    /** Whether the next PUBLISH has to wait. */
    boolean holdsPublishes() {
        return welcomed && (!reading || !ahead.isEmpty());
    }

    /** Whether the broker takes the next PUBLISH that waits. */
    boolean takesHeld() {
        return reading && !closing && !ahead.isEmpty();
    }

    void version(MqttVersion known) {
        version = known;
    }

    /** @param id as the client gave it, which may be empty */
    void clientId(String id) {
        clientId = id;
    }

    /** Identifier of the client; empty before CONNECT. */
    String clientId() {
        return clientId;
    }

    /** @param bytes of the largest packet that the client takes */
    void largestForClient(long bytes) {
        largestForClient = bytes;
    }

    MqttVersion version() {
        return version;
    }

    /** Whether a CONNACK has accepted the connection. */
    boolean isWelcomed() {
        return welcomed;
    }

    int topicAliasMaximum() {
        return topicAliasMaximum;
    }

    boolean isClosing() {
        return closing;
    }

    /** Packets are being handed over; flushing waits until all are. */
    void readBegins() {
        handling = true;
    }

    void readEnds() {
        handling = false;
        flush();
    }

    @Override
    public Executor eventLoop() {
        return tasks;
    }

    @Override
    public SocketAddress peer() {
        return ProxyHeader.peer(channel);
    }

    @Override
    public String listener() {
        return settings.name();
    }

    @Override
    public int maximumPacketSize() {
        return settings.maximumPacketSize();
    }

    @Override
    public void send(ServerPacket packet) {
        if (closing || !channel.isActive()) {
            return;
        }
        tellOperator(packet);
        if (packet instanceof Connack connack) {
            connack.assignedClientId().ifPresent(id -> clientId = id.value());
            welcomed = !connack.reasonCode().isError();
            topicAliasMaximum = connack.topicAliasMaximum().orElse(0);
        }
        boolean sayable = version.hasProperties() || !(packet instanceof Disconnect);
        if (sayable) {
            if (!isBatched(packet)) {
                batch.write();
                OutboundPackets.fitting(packet, largestForClient).ifPresent(this::write);
            }
            unflushed = true;
        }
    }

    private void write(ServerPacket packet) {
        var unused = channel.write(OutboundPackets.of(packet, version), channel.voidPromise());
    }

    private void tellOperator(ServerPacket packet) {
        if (packet instanceof Connack connack && connack.reasonCode().isError()) {
            refused("Refused", connack.reasonCode(), connack.reason().orElse(""));
        } else if (packet instanceof Disconnect disconnect) {
            refused("Cut off", disconnect.reasonCode(), disconnect.reason().orElse(""));
        }
    }

    private void refused(String what, ReasonCode code, String reason) {
        if (code != ReasonCode.SERVER_SHUTTING_DOWN) {
            refused(what, code.toString(), reason);
        }
    }

    /** The operator is told that the client is refused or cut off. */
    void refused(String what, String kind, String reason) {
        loops.refusals().add(what, clientId, peer(), listener(), kind, reason);
    }

    private boolean isBatched(ServerPacket packet) {
        try {
            return batch.add(packet, version);
        } catch (
                OutOfMemoryError e) { // of the memory for buffers; the client has a gap, which it must not take for all
            var unused = channel.close();
            throw e;
        }
    }

    /** Writes what waits for a flush, which something that the link does not know of brings about. */
    void writeOut() {
        batch.write();
    }

    @Override
    public void flush() {
        if (unflushed && !handling) {
            unflushed = false;
            batch.write();
            channel.flush();
        }
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void reading(boolean on) {
        reading = on;
        adjustReading();
        if (on && !ahead.isEmpty()) {
            tasks.execute(resumed);
        }
    }

    /** While the broker takes no PUBLISH, reads on for the packets behind it, as long as there is room to hold it. */
    void adjustReading() {
        boolean moving = relocation != null && relocation.isMoving();
        boolean wanted = (reading && ahead.isEmpty()) || (welcomed && ahead.hasRoom());
        boolean on = !moving && (closing || (wanted && !draining));
        if (on && !channel.config().isAutoRead()) {
            keepAlive.heard(); // what the client sent meanwhile has not been read
        }
        channel.config().setAutoRead(on);
    }

    /** Reads no more, whatever {@link #reading} is told. */
    void readNoMore() {
        draining = true;
        adjustReading();
    }

    @Override
    public void carriesBulk() {
        relocation = relocation == null ? new Relocation(channel, this, loops) : relocation;
        relocation.bulk();
    }

    /** The channel is registered with no event loop until {@link #movedIn}. */
    void movedOut() {
        keepAlive.suspend();
        tasks.suspend();
    }

    void movedIn() {
        try {
            relocation.arrived();
            keepAlive.resume();
            adjustReading();
            unflushed = true; // with what the old event loop could not write
            flush();
        } finally {
            tasks.resume();
        }
    }

    /** The next event loop did not take the channel, and calls this instead. */
    void lost(Throwable cause) {
        LOG.warn("Lost {} between two event loops", peer(), cause);
        var unused = channel.close(); // of which nobody is told, since it is not registered
        channel.pipeline().fireChannelInactive().fireChannelUnregistered();
        tasks.resume();
    }

    @Override
    public void keepAlive(int seconds) {
        keepAlive.expect(seconds == 0 ? settings.idleTimeout() : seconds * 1_500L);
    }

    void abort() {
        var unused = channel.close();
    }

    /** The channel is closed: what was not written has nowhere to go. */
    void closed() {
        batch.discard();
        ahead.discard();
        if (relocation != null) {
            relocation.cancel();
        }
    }

    @Override
    public void close() {
        if (!closing) {
            closing = true;
            batch.write();
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> closeOnceRead());
            closeInAnyCase();
        }
    }

    /**
     * Closes once the client has closed its side, and reads what it sends until then: a connection with unread bytes is
     * reset, and the client might never see what was sent last. TLS and WebSocket have their own way of saying goodbye.
     */
    private void closeOnceRead() {
        boolean plain = settings.tls().isEmpty() && settings.webSocket().isEmpty();
        if (plain && channel instanceof DuplexChannel duplex && channel.isActive()) {
            duplex.shutdownOutput().addListener(end -> adjustReading());
        } else {
            var unused = channel.close();
        }
    }

    /** Who does not read or close cannot keep its connection by that. */
    private void closeInAnyCase() {
        Runnable end = () -> {
            var unused = channel.close();
        };
        Future<?> late = channel.eventLoop().schedule(end, CLOSE_SECONDS, TimeUnit.SECONDS);
        channel.closeFuture().addListener(closed -> late.cancel(false));
    }
}
