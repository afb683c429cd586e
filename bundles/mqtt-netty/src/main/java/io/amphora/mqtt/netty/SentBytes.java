// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.spi.Traffic;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/** Counts encoded packets on their way out. Thread-safe. */
@Sharable
final class SentBytes extends ChannelOutboundHandlerAdapter {

    private final Traffic traffic;

    SentBytes(Traffic traffic) {
        this.traffic = traffic;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes && bytes.isReadable()) {
            traffic.sent(bytes.readableBytes());
        }
        var unused = ctx.write(message, promise);
    }
}
