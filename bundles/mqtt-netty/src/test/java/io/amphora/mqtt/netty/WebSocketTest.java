// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static io.amphora.mqtt.netty.RawClient.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletionException;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.Timeout;

/** MQTT in WebSocket (section 6). */
public final class WebSocketTest {

    @ClassRule
    public static final RunningListener LISTENER = RunningListener.withWebSocket("https://friend.example");

    private static final String CONNECT = RawClient.connect5("ws", "02", "");

    @Rule
    public final Timeout timeout = Timeout.seconds(60);

    @Test
    public void theSubprotocolIsMqtt() throws Exception {
        try (FrameClient client = FrameClient.open(LISTENER.address(), "/mqtt", "", "mqttv3.1", "mqtt")) {
            assertEquals("mqtt", client.subprotocol());
        }
        try (FrameClient old = FrameClient.open(LISTENER.address(), "/mqtt", "", "mqttv3.1")) {
            assertEquals("mqttv3.1", old.subprotocol());
        }
    }

    @Test
    public void whoDoesNotOfferItIsRefused() {
        assertEquals(400, refusal("/mqtt", "", "chat"));
        assertEquals(400, refusal("/mqtt", ""));
    }

    @Test
    public void anyOtherPathIsNotThere() {
        assertEquals(404, refusal("/", "", "mqtt"));
        assertEquals(404, refusal("/mqtt/x", "", "mqtt"));
    }

    @Test
    public void aPageOfAnotherOriginIsRefusedUnlessItIsListed() throws Exception {
        String own = "http://127.0.0.1:" + LISTENER.address().getPort();
        for (String origin : new String[] {own, "https://friend.example"}) {
            FrameClient.open(LISTENER.address(), "/mqtt", origin, "mqtt").close();
        }
        assertEquals(403, refusal("/mqtt", "http://evil.example", "mqtt"));
        assertEquals(403, refusal("/mqtt", "null", "mqtt"));
    }

    @Test
    public void whatIsNoWebSocketIsToldToBecomeOne() throws Exception {
        assertTrue(answerTo("GET /mqtt HTTP/1.1\r\nHost: x\r\n\r\n").startsWith("HTTP/1.1 426"));
        assertTrue(answerTo("GET / HTTP/1.1\r\nHost: x\r\n\r\n").startsWith("HTTP/1.1 404"));
    }

    @Test
    public void mqttInsteadOfHttpEndsTheConnection() throws Exception {
        String connect = new String(RawClient.bytes(CONNECT), StandardCharsets.ISO_8859_1);
        assertTrue(answerTo(connect + "\r\n\r\n").startsWith("HTTP/1.1 400"));
    }

    @Test
    public void aFrameMayHoldSeveralPacketsAndAPacketMaySpanFrames() throws Exception {
        try (FrameClient client = connected()) {
            client.send(packet("c0", "") + packet("c0", "") + "c0");
            client.expect("d000");
            client.expect("d000");
            client.send("00" + packet("82", "0001 00 'ws/a' 01"));
            client.expect("d000");
            client.expect("90 04 0001 00 01");
        }
    }

    @Test
    public void aFrameMayComeInFragments() throws Exception {
        try (FrameClient client = connected()) {
            client.sendFragments("82", "0800 01", "00 'ws' 01");
            client.expect("90 04 0001 00 01");
        }
    }

    @Test
    public void aPacketMayComeInManySmallFrames() throws Exception {
        try (FrameClient client = connected()) {
            byte[] publish = RawClient.bytes(packet("32", "'ws/none' 0001 00" + "61".repeat(200_000)));
            for (int at = 0; at < publish.length; at += 1_000) {
                client.sendBytes(Arrays.copyOfRange(publish, at, Math.min(at + 1_000, publish.length)));
            }
            client.expect("40 04 0001 10 00");
        }
    }

    @Test
    public void aMessageGoesFromOneToTheOther() throws Exception {
        try (FrameClient publisher = connected("one");
                FrameClient subscriber = connected("other")) {
            subscriber.send(packet("82", "0001 00 'ws/b' 01"));
            subscriber.expect("90 04 0001 00 01");
            publisher.send(packet("32", "'ws/b' 0002 00 6869"));
            publisher.expect("40 02 0002");
            subscriber.expect(packet("32", "'ws/b' 0001 00 6869"));
        }
    }

    @Test
    public void textEndsTheConnection() throws Exception {
        try (FrameClient client = connected()) {
            client.sendText("no");
            assertEquals(1003, client.closed()); // [MQTT-6.0.0-1]
        }
    }

    @Test
    public void aMalformedPacketIsAnsweredAndTheWebSocketClosed() throws Exception {
        try (FrameClient client = connected()) {
            client.send("00 00");
            assertEquals("e0", client.read().substring(0, 2));
            assertEquals(1000, client.closed());
        }
    }

    @Test
    public void aPingOfWebSocketIsAnswered() throws Exception {
        try (FrameClient client = connected()) {
            client.ping();
            assertEquals("pong", client.read());
        }
    }

    @Test
    public void aFrameLargerThanThePacketsMayBeEndsTheConnection() throws Exception {
        String request = String.join(
                "\r\n",
                "GET /mqtt HTTP/1.1",
                "Host: x",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                "Sec-WebSocket-Protocol: mqtt",
                "",
                "");
        String announced = "\u0082\u00ff\0\0\0\0\u007f\u00ff\u00ff\u00ff\0\0\0\0";
        try (Socket socket = socket()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            String answer = "";
            while (!answer.endsWith("\r\n\r\n")) {
                answer += (char) socket.getInputStream().read();
            }
            assertEquals("HTTP/1.1 101", answer.substring(0, 12));
            socket.getOutputStream().write(announced.getBytes(StandardCharsets.ISO_8859_1));
            byte[] close = socket.getInputStream().readNBytes(4);
            assertEquals("880003f1", HexFormat.of().formatHex(close).replaceFirst("^88..", "8800"));
        }
    }

    @Test
    public void whatDoesNotWaitForTheHandshakeIsRefused() throws Exception {
        String request = "GET /mqtt HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
        String key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
        String answer = answerTo(request + key + "Sec-WebSocket-Protocol: mqtt\r\n\r\n" + "\u0082\u0080\0\0\0\0");
        assertTrue(answer, answer.startsWith("HTTP/1.1 101"));
        assertTrue(answer, answer.contains("\u0003\u00ea")); // 1002
    }

    private static FrameClient connected() throws Exception {
        return connected("ws");
    }

    private static FrameClient connected(String clientId) throws Exception {
        FrameClient client = FrameClient.open(LISTENER.address(), "/mqtt", "", "mqtt");
        client.send(RawClient.connect5(clientId, "02", ""));
        assertEquals("20", client.read().substring(0, 2));
        return client;
    }

    private static int refusal(String path, String origin, String... subprotocols) {
        CompletionException e = assertThrows(
                CompletionException.class, () -> FrameClient.open(LISTENER.address(), path, origin, subprotocols));
        return ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode();
    }

    /** All that is answered to a request. */
    private static String answerTo(String request) throws IOException {
        try (Socket socket = socket()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static Socket socket() throws IOException {
        InetSocketAddress address = LISTENER.address();
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }
}
