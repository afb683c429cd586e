// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.netty.buffer.Unpooled;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the HTTP that a WebSocket begins with into frames, or refuses it with a status. Confined to the channel's event
 * loop.
 */
final class WebSocketUpgrade extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketUpgrade.class);

    /** The subprotocol of MQTT [MQTT-6.0.0-4], and what clients of MQTT 3.1 know only. */
    private static final List<String> SUBPROTOCOLS = List.of("mqtt", "mqttv3.1");

    private final WebSocketSettings settings;
    private final int largestFrame;

    /** @param largestFrame bytes; several packets may share a frame */
    WebSocketUpgrade(WebSocketSettings settings, int largestFrame) {
        this.settings = settings;
        this.largestFrame = largestFrame;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        Optional<HttpResponseStatus> refusal = refusal(request);
        if (refusal.isPresent()) {
            refuse(ctx, refusal.get());
            return;
        }
        WebSocketFrames frames = new WebSocketFrames(); // from now on, no byte gets past it
        ctx.pipeline().addAfter(ctx.name(), null, frames);
        try {
            accept(ctx, request);
        } catch (WebSocketHandshakeException e) {
            LOG.debug("Took no handshake from {}", ctx.channel().remoteAddress(), e);
            ctx.pipeline().remove(frames);
            refuse(ctx, HttpResponseStatus.BAD_REQUEST);
        }
    }

    private Optional<HttpResponseStatus> refusal(FullHttpRequest request) {
        HttpHeaders headers = request.headers();
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (request.decoderResult().isFailure()) {
            return Optional.of(HttpResponseStatus.BAD_REQUEST);
        }
        if (!new QueryStringDecoder(request.uri()).rawPath().equals(settings.path())) {
            return Optional.of(HttpResponseStatus.NOT_FOUND);
        }
        boolean asks = headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
        if (!asks || !version(headers).equals(WebSocketVersion.V13.toHttpHeaderValue())) {
            return Optional.of(HttpResponseStatus.UPGRADE_REQUIRED);
        }
        if (origin != null && !settings.allows(origin, headers.get(HttpHeaderNames.HOST, ""))) {
            return Optional.of(HttpResponseStatus.FORBIDDEN);
        }
        return subprotocol(headers).isPresent() ? Optional.empty() : Optional.of(HttpResponseStatus.BAD_REQUEST);
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

    private static void refuse(ChannelHandlerContext ctx, HttpResponseStatus status) {
        LOG.debug("Refused a WebSocket from {}: {}", ctx.channel().remoteAddress(), status);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
        HttpUtil.setContentLength(response, 0);
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
            response.headers()
                    .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                    .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, WebSocketVersion.V13.toHttpHeaderValue());
        }
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
}
