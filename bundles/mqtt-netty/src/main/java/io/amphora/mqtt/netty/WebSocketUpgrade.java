// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.Printable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Turns the HTTP that a WebSocket begins with into frames, or refuses it with a status. Confined to the channel's event
 * loop.
 */
final class WebSocketUpgrade extends SimpleChannelInboundHandler<FullHttpRequest> {

    /** The subprotocol of MQTT [MQTT-6.0.0-4], and what clients of MQTT 3.1 know only. */
    private static final List<String> SUBPROTOCOLS = List.of("mqtt", "mqttv3.1");

    private final WebSocketSettings settings;
    private final int largestFrame;
    private final BiConsumer<Channel, String> refusals;

    /** Why a request is refused, for the client and the operator. */
    private record Refusal(HttpResponseStatus status, String reason) {}

    /**
     * @param largestFrame bytes; several packets may share a frame
     * @param refusals is told of connections that are refused or cut off, and why
     */
    WebSocketUpgrade(WebSocketSettings settings, int largestFrame, BiConsumer<Channel, String> refusals) {
        this.settings = settings;
        this.largestFrame = largestFrame;
        this.refusals = refusals;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        Optional<Refusal> refusal = refusal(request);
        if (refusal.isPresent()) {
            refuse(ctx, refusal.get());
            return;
        }
        WebSocketFrames frames = new WebSocketFrames(refusals); // from now on, no byte gets past it
        ctx.pipeline().addAfter(ctx.name(), null, frames);
        try {
            accept(ctx, request);
        } catch (WebSocketHandshakeException e) {
            ctx.pipeline().remove(frames);
            refuse(
                    ctx,
                    new Refusal(HttpResponseStatus.BAD_REQUEST, "The WebSocket handshake is wrong: " + e.getMessage()));
        }
    }

    private Optional<Refusal> refusal(FullHttpRequest request) {
        HttpHeaders headers = request.headers();
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (request.decoderResult().isFailure()) {
            return refused(
                    HttpResponseStatus.BAD_REQUEST,
                    "This listener expects the HTTP request that a WebSocket begins with.");
        }
        if (!new QueryStringDecoder(request.uri()).rawPath().equals(settings.path())) {
            return refused(
                    HttpResponseStatus.NOT_FOUND,
                    "There is nothing here; MQTT over WebSocket is at " + settings.path());
        }
        boolean asks = headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
        if (!asks || !version(headers).equals(WebSocketVersion.V13.toHttpHeaderValue())) {
            return refused(HttpResponseStatus.UPGRADE_REQUIRED, "Only a WebSocket of version 13 is served here.");
        }
        if (origin != null && !settings.allows(origin, headers.get(HttpHeaderNames.HOST, ""))) {
            return refused(
                    HttpResponseStatus.FORBIDDEN,
                    "Pages of the origin " + origin + " may not connect: origins does not list it.");
        }
        if (subprotocol(headers).isEmpty()) {
            return refused(
                    HttpResponseStatus.BAD_REQUEST,
                    "The request must offer the WebSocket subprotocol mqtt (Sec-WebSocket-Protocol: mqtt).");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> refused(HttpResponseStatus status, String reason) {
        return Optional.of(new Refusal(status, reason));
    }

    private static String version(HttpHeaders headers) {
        return headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "");
    }

    private static Optional<String> subprotocol(HttpHeaders headers) {
        String offers = headers.get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, "");
        Set<String> offered =
                Arrays.stream(offers.split(",", -1)).map(String::strip).collect(Collectors.toSet());
        return SUBPROTOCOLS.stream().filter(offered::contains).findFirst();
    }

    private void accept(ChannelHandlerContext ctx, FullHttpRequest request) {
        String subprotocol = subprotocol(request.headers()).orElseThrow();
        WebSocketDecoderConfig config = WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(largestFrame)
                .closeOnProtocolViolation(false) // the frames' handler does, in the right order
                .withUTF8Validator(false) // text is refused in any case
                .build();
        WebSocketServerHandshaker handshaker =
                new WebSocketServerHandshakerFactory(settings.path(), subprotocol, config).newHandshaker(request);
        var unused = handshaker.handshake(ctx.channel(), request);
        ctx.pipeline().remove(this);
    }

    private void refuse(ChannelHandlerContext ctx, Refusal refusal) {
        refusals.accept(ctx.channel(), refusal.reason());
        HttpResponseStatus status = refusal.status();
        ByteBuf reason = Unpooled.copiedBuffer(Printable.of(refusal.reason()) + "\n", StandardCharsets.UTF_8);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, reason);
        HttpUtil.setContentLength(response, reason.readableBytes());
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
            response.headers()
                    .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                    .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, WebSocketVersion.V13.toHttpHeaderValue());
        }
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
}
