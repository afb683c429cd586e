// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static io.amphora.mqtt.netty.RawClient.connect5;
import static io.amphora.mqtt.netty.RawClient.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.broker.TestBroker;
import io.amphora.mqtt.spi.Authenticator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.ExternalResource;
import org.junit.rules.TestRule;

/** An operator reads of each client that is refused or cut off who it was, and what was wrong. */
public final class RefusedClientsTest {

    private RunningListener listener = new RunningListener();

    /** Starts what a test needs. */
    @Rule
    public final TestRule started = new ExternalResource() {
        @Override
        protected void after() {
            listener.after();
        }
    };

    private void start(RunningListener with) throws IOException {
        listener = with;
        listener.before();
    }

    /** Leaves out the port, which is another in each run. */
    private String refusal() throws InterruptedException {
        return listener.refusal().replaceFirst("127\\.0\\.0\\.1:\\d+", "HERE");
    }

    private void send(String packets) throws IOException {
        try (RawClient client = new RawClient(listener.address())) {
            client.send(packets);
            client.readToEnd();
        }
    }

    @Test
    public void whoIsRefusedAtConnectIsNamed() throws Exception {
        start(new RunningListener());
        send(packet("10", "'MQTT' 07 02 0000 00 'c1'"));
        assertEquals(
                "Refused a connection from HERE on listener test: protocol level 7 (UNSUPPORTED_PROTOCOL_VERSION)",
                refusal());
    }

    @Test
    public void whoIsNotAuthenticatedIsNamedBefore5Too() throws Exception {
        Authenticator nobody = (packet, peer) -> CompletableFuture.completedFuture(ReasonCode.NOT_AUTHORIZED);
        start(new RunningListener(new TestBroker().with(nobody)));
        send(packet("10", "'MQTT' 04 02 0000 'c1'"));
        assertEquals("Refused client c1 from HERE on listener test: not authenticated (NOT_AUTHORIZED)", refusal());
    }

    @Test
    public void whoSendsNonsenseIsNamedWithWhatItSent() throws Exception {
        start(new RunningListener());
        try (RawClient client = RawClient.connected5(listener.address(), "c1")) {
            client.send("f7 00");
            client.readToEnd();
        }
        String line = refusal();
        assertTrue(line, line.startsWith("Cut off client c1 from HERE on listener test: "));
    }

    @Test
    public void before5AProtocolErrorIsToldToo() throws Exception {
        start(new RunningListener());
        try (RawClient client = RawClient.connected4(listener.address(), "c\u001b[2J1", true)) {
            client.send(packet("10", "'MQTT' 04 02 0000 'c1'"));
            client.readToEnd();
        }
        assertEquals(
                "Cut off client c\\u001b[2J1 from HERE on listener test: a second CONNECT (PROTOCOL_ERROR)", refusal());
    }

    @Test
    public void aPacketThatIsTooLargeIsTold() throws Exception {
        start(new RunningListener());
        try (RawClient client = RawClient.connected4(listener.address(), "c1", true)) {
            client.send("30 ffffff7f");
            client.readToEnd();
        }
        assertEquals(
                "Cut off client c1 from HERE on listener test: 268435460 bytes are more than 1048576 (PACKET_TOO_LARGE)",
                refusal());
    }

    @Test
    public void aSilentClientIsTold() throws Exception {
        start(new RunningListener());
        send(packet("10", "'MQTT' 05 02 0001 00 'c1'"));
        assertEquals(
                "Cut off client c1 from HERE on listener test: nothing heard for too long (KEEP_ALIVE_TIMEOUT)",
                refusal());
    }

    @Test
    public void aClientWhoseSessionIsTakenOverIsTold() throws Exception {
        start(new RunningListener());
        try (RawClient first = RawClient.connected5(listener.address(), "c1")) {
            send(connect5("c1", "02", "") + "e000");
            first.readToEnd();
        }
        assertEquals(
                "Cut off client c1 from HERE on listener test: another connection has this session (SESSION_TAKEN_OVER)",
                refusal());
    }

    @Test
    public void noConnectInTimeIsTold() throws Exception {
        start(RunningListener.strict(10, 50));
        send("");
        assertEquals(
                "Refused a connection from HERE on listener test: no CONNECT within 50 ms (NO_CONNECT)", refusal());
    }

    @Test
    public void oneConnectionTooManyIsTold() throws Exception {
        start(RunningListener.strict(1, 10_000));
        try (RawClient first = RawClient.connected5(listener.address(), "c1")) {
            send("");
            assertEquals(
                    "Refused a connection from HERE on listener test: max_connections = 1 are open already (NOT_ACCEPTED)",
                    refusal());
            first.send("c000");
            first.expect("d000");
        }
    }

    @Test
    public void aConnectionWithoutProxyHeaderIsTold() throws Exception {
        start(RunningListener.withProxies("127.0.0.1"));
        send(connect5("c1", "02", ""));
        assertEquals(
                "Refused a connection from HERE on listener test: it sent no PROXY header (PROXY_HEADER)", refusal());
    }

    @Test
    public void aWebSocketWithoutTheSubprotocolGetsAReason() throws Exception {
        start(RunningListener.withWebSocket());
        String sentence = "The request must offer the WebSocket subprotocol mqtt (Sec-WebSocket-Protocol: mqtt).";
        String answer = http(String.join(
                "\r\n",
                "GET /mqtt HTTP/1.1",
                "Host: x",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                "Sec-WebSocket-Version: 13",
                "",
                ""));
        assertTrue(answer, answer.startsWith("HTTP/1.1 400 Bad Request\r\n"));
        assertTrue(answer, answer.endsWith("\r\n\r\n" + sentence + "\n"));
        assertEquals("Refused a connection from HERE on listener test: " + sentence + " (WEBSOCKET)", refusal());
    }

    private String http(String request) throws IOException {
        InetSocketAddress address = listener.address();
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    public void whoIsRefusedAgainAndAgainIsCounted() throws Exception {
        start(new RunningListener());
        for (int i = 0; i < 20; i++) {
            send(packet("10", "'MQTT' 07 02 0000 00 'c1'"));
        }
        refusal();
        listener.refusalsEnd();
        assertEquals("And 19 more like it on listener test in 60 s (UNSUPPORTED_PROTOCOL_VERSION)", refusal());
    }
}
