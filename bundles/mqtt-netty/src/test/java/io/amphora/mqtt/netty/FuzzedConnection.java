// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.broker.TestBroker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Connections of a broker of its own with everything but a network, read as the network is read. Whatever comes in, no
 * error is logged, no buffer is lost, and the next client is served. Confined to the search's thread.
 */
final class FuzzedConnection implements AutoCloseable {

    static {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error"); // before there is a logger
    }

    /** Nothing goes there. */
    private static final EventLoops LOOPS = new EventLoops(1, 1, "nio");

    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1_234);

    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final PrintStream terminal = System.err;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final TestBroker broker = new TestBroker()
            .with((packet, peer) -> CompletableFuture.completedFuture(ReasonCode.SUCCESS))
            .with(new Echo());
    private final ListenerSettings settings;
    private final EmbeddedChannel channel;
    private final ByteArrayOutputStream answers = new ByteArrayOutputStream();

    FuzzedConnection(Optional<WebSocketSettings> webSocket, Optional<TrustedProxies> proxies) {
        settings = new ListenerSettings(
                "fuzz", "127.0.0.1", 0, 4_096, 10_000, 0, 0, 10, 1, webSocket, Optional.empty(), proxies);
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        channel = open(settings);
    }

    private EmbeddedChannel open(ListenerSettings with) {
        EmbeddedChannel opened =
                new EmbeddedChannel(new MqttChannels(with, broker.broker(), connections, Optional.empty(), LOOPS)) {
                    @Override
                    protected SocketAddress remoteAddress0() {
                        return PEER;
                    }
                };
        opened.config().setAllocator(allocator);
        return opened;
    }

    /** Has bytes come in, so many at a time. */
    void receive(byte[] bytes, int from, int atATime) {
        receive(channel, bytes, from, atATime);
        drain(channel, answers);
    }

    @SuppressWarnings("deprecation") // the type is deprecated, what it is for is not
    private static void receive(EmbeddedChannel into, byte[] bytes, int from, int atATime) {
        RecvByteBufAllocator.Handle read = into.unsafe().recvBufAllocHandle();
        int at = from;
        while (at < bytes.length && into.isActive() && into.config().isAutoRead()) {
            read.reset(into.config());
            ByteBuf buffer = read.allocate(into.alloc());
            int count = Math.min(Math.min(atATime, bytes.length - at), buffer.writableBytes());
            read.attemptedBytesRead(buffer.writableBytes());
            buffer.writeBytes(bytes, at, count);
            read.lastBytesRead(count);
            read.incMessagesRead(1);
            at += count;
            into.writeInbound(buffer);
            read.readComplete();
        }
    }

    private static void drain(EmbeddedChannel from, ByteArrayOutputStream to) {
        for (ByteBuf buffer = from.readOutbound(); buffer != null; buffer = from.readOutbound()) {
            byte[] bytes = new byte[buffer.readableBytes()];
            buffer.readBytes(bytes);
            buffer.release();
            to.writeBytes(bytes);
        }
    }

    /** What was sent is whole packets, and nothing after DISCONNECT. */
    void assertAnswersAreWhole() {
        byte[] sent = answers.toByteArray();
        boolean said = false;
        int at = 0;
        while (at < sent.length) {
            int length = 0;
            int next = at + 1;
            int shift = 0;
            do {
                length |= (sent[next] & 0x7F) << shift;
                shift += 7;
            } while (sent[next++] < 0);
            require(!said, "nothing follows DISCONNECT");
            said = (sent[at] & 0xF0) == 0xE0;
            at = next + length;
        }
        require(at == sent.length, "packets are whole");
    }

    /** Ends all, and throws if anything is not as it was. */
    @Override
    public void close() {
        try {
            end(channel);
            requireServes();
            broker.close();
            require(used() == 0, used() + " bytes are lost");
            require(log.size() == 0, log.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(terminal);
        }
    }

    private long used() {
        return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }

    private static void end(EmbeddedChannel ended) {
        var unused = ended.close();
        ended.finishAndReleaseAll();
    }

    private void requireServes() {
        EmbeddedChannel next = open(RunningListener.settings(0, 10_000));
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        byte[] dialogue = RawClient.bytes(RawClient.connect5("next", "02", "")
                + RawClient.packet("82", "0001 00 'next/+' 01")
                + RawClient.packet("32", "'next/x' 0002 00 6f6b"));
        receive(next, dialogue, 0, dialogue.length);
        drain(next, heard);
        end(next);
        String text = HexFormat.of().formatHex(heard.toByteArray());
        require(text.startsWith("20") && text.contains("9004000100") && text.contains("40020002"), text);
        require(text.contains("00066e6578742f78"), text); // its own message
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what + " after " + HexFormat.of().formatHex(answers.toByteArray()));
        }
    }
}
