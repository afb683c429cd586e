// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/**
 * Takes the header that a proxy puts before everything else (PROXY protocol, version 1 or 2), and refuses a connection at
 * the first byte that cannot belong to one. Confined to the channel's event loop.
 */
final class ProxyHeader extends ByteToMessageDecoder {

    private static final AttributeKey<SocketAddress> PEER = AttributeKey.valueOf(ProxyHeader.class, "peer");
    private static final byte[] TEXT = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BINARY = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");

    private final Consumer<Channel> whenRefused;
    private boolean refused;

    /** @param whenRefused is told of the channel, which is closed then */
    ProxyHeader(Consumer<Channel> whenRefused) {
        this.whenRefused = whenRefused;
    }

    /** Address of the other end as the proxy saw it; without a proxy the channel's own. Thread-safe. */
    static SocketAddress peer(Channel channel) {
        SocketAddress proxied = channel.attr(PEER).get();
        return proxied == null ? channel.remoteAddress() : proxied;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (refused || !(begins(in, TEXT) || begins(in, BINARY))) {
            in.skipBytes(in.readableBytes());
            refuse(ctx);
        } else if (in.readableBytes() >= BINARY.length) {
            ctx.pipeline()
                    .addAfter(ctx.name(), null, new Peer())
                    .addAfter(ctx.name(), null, new HAProxyMessageDecoder())
                    .remove(this);
        }
    }

    private static boolean begins(ByteBuf in, byte[] signature) {
        int length = Math.min(in.readableBytes(), signature.length);
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != signature[i]) {
                return false;
            }
        }
        return true;
    }

    private void refuse(ChannelHandlerContext ctx) {
        if (!refused) {
            refused = true;
            whenRefused.accept(ctx.channel());
            var unused = ctx.close();
        }
    }

    /** Remembers whom the proxy speaks for. */
    private static final class Peer extends SimpleChannelInboundHandler<HAProxyMessage> {

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HAProxyMessage header) {
            AddressFamily family = header.proxiedProtocol().addressFamily();
            boolean known = family == AddressFamily.AF_IPv4 || family == AddressFamily.AF_IPv6;
            if (known && header.command() == HAProxyCommand.PROXY) { // not the proxy's own check of our health
                ctx.channel().attr(PEER).set(new InetSocketAddress(header.sourceAddress(), header.sourcePort()));
            }
            ctx.pipeline().remove(this);
        }
    }
}
