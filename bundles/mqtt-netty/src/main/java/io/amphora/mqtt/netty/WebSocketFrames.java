// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.function.BiConsumer;

/**
 * Binary frames to and from the bytes of MQTT, whose packets begin and end anywhere in them [MQTT-6.0.0-2]. Confined to
 * the channel's event loop.
 */
final class WebSocketFrames extends ChannelDuplexHandler {

    /** User event: a Close frame is about to be sent, behind which nothing can be. */
    static final Object CLOSING = new Object();

    private final BiConsumer<Channel, String> refusals;
    private boolean closing;

    /** @param refusals is told of connections that are cut off, and why */
    WebSocketFrames(BiConsumer<Channel, String> refusals) {
        this.refusals = refusals;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (closing) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof BinaryWebSocketFrame || message instanceof ContinuationWebSocketFrame) {
            ctx.fireChannelRead(((WebSocketFrame) message).content());
        } else if (message instanceof PingWebSocketFrame ping) {
            pong(ctx, ping.content());
        } else {
            ReferenceCountUtil.release(message);
            other(ctx, message);
        }
    }

    private void other(ChannelHandlerContext ctx, Object message) {
        if (message instanceof CloseWebSocketFrame) {
            close(ctx, WebSocketCloseStatus.NORMAL_CLOSURE);
        } else if (message instanceof TextWebSocketFrame) {
            cutOff(
                    ctx,
                    WebSocketCloseStatus.INVALID_MESSAGE_TYPE,
                    "a text frame; MQTT is in binary ones"); // [MQTT-6.0.0-1]
        } else if (!(message instanceof PongWebSocketFrame)) {
            cutOff(
                    ctx,
                    WebSocketCloseStatus.PROTOCOL_ERROR,
                    "it did not wait for the WebSocket handshake"); // bytes that did not wait for the handshake
        }
    }

    /** Who sends pings faster than it reads the answers gets some of them only. */
    private static void pong(ChannelHandlerContext ctx, ByteBuf content) {
        if (ctx.channel().isWritable()) {
            var unused = ctx.writeAndFlush(new PongWebSocketFrame(content), ctx.voidPromise());
        } else {
            content.release();
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        boolean bytes = message instanceof ByteBuf buffer && buffer.isReadable();
        var unused = ctx.write(bytes ? new BinaryWebSocketFrame((ByteBuf) message) : message, promise);
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        sendClose(ctx, WebSocketCloseStatus.NORMAL_CLOSURE);
        var unused = ctx.close(promise);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException error) {
            cutOff(ctx, error.closeStatus(), "a broken frame: " + error.getMessage());
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    private void cutOff(ChannelHandlerContext ctx, WebSocketCloseStatus status, String reason) {
        if (!closing) {
            refusals.accept(ctx.channel(), reason);
        }
        close(ctx, status);
    }

    private void close(ChannelHandlerContext ctx, WebSocketCloseStatus status) {
        sendClose(ctx, status);
        var unused = ctx.close();
    }

    private void sendClose(ChannelHandlerContext ctx, WebSocketCloseStatus status) {
        if (!closing && ctx.channel().isActive()) {
            ctx.fireUserEventTriggered(CLOSING);
            var unused = ctx.writeAndFlush(new CloseWebSocketFrame(status), ctx.voidPromise());
        }
        closing = true;
    }
}
