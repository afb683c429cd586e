// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import static io.amphora.itests.wire.Hex.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.wire.Hex;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.Test;

/** MQTT in WebSocket (section 6), by the client of the JDK. */
public final class WebSocketDialogues {

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @Test
    @Statement(mqtt311 = "6.0.0-4", mqtt5 = "6.0.0-4")
    public void theSubprotocolIsMqtt() throws Exception {
        WebSocket socket = open();
        assertEquals("mqtt", socket.getSubprotocol());
        socket.abort();
    }

    @Test
    @Statement(
            mqtt311 = {"6.0.0-1", "6.0.0-2"},
            mqtt5 = {"6.0.0-1", "6.0.0-2"})
    public void packetsTravelInBinaryFramesOfAnyCut() throws Exception {
        WebSocket socket = open();
        String connect = Hex.connect5("frames", "02", "").replace(" ", "");
        String all = connect + packet("82", "0001 00 'frames' 00").replace(" ", "") + "c000c0";
        int cut = connect.length() + 6;
        send(socket, all.substring(0, 6));
        send(socket, all.substring(6, cut));
        send(socket, all.substring(cut));
        assertTrue(next().startsWith("20"));
        assertEquals("900400010000", next());
        assertEquals("d000", next());
        send(socket, "00");
        assertEquals("d000", next());
        socket.abort();
    }

    @Test
    @Statement(mqtt311 = "6.0.0-1", mqtt5 = "6.0.0-1")
    public void textClosesTheConnection() throws Exception {
        WebSocket socket = open();
        send(socket, Hex.connect5("text", "02", ""));
        assertTrue(next().startsWith("20"));
        socket.sendText("text", true).join();
        assertEquals("closed 1003", next());
    }

    private WebSocket open() throws Exception {
        InetSocketAddress address = ConformanceIT.webSocketAddress();
        URI uri = URI.create("ws://" + address.getHostString() + ":" + address.getPort() + "/mqtt");
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("mqtt")
                .buildAsync(uri, new Ear())
                .get(30, TimeUnit.SECONDS);
    }

    private static void send(WebSocket socket, String text) {
        socket.sendBinary(ByteBuffer.wrap(Hex.bytes(text)), true).join();
    }

    private String next() throws InterruptedException {
        String next = heard.poll(30, TimeUnit.SECONDS);
        return next == null ? "nothing" : next;
    }

    private final class Ear implements WebSocket.Listener {

        @Override
        public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            heard.add(HexFormat.of().formatHex(bytes));
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            heard.add("closed " + code);
            return null;
        }
    }
}
