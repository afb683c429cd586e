// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.hostile;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.FreePort;
import io.amphora.itests.Waiting;
import io.amphora.itests.wire.Hex;
import io.amphora.itests.wire.Peer;
import io.amphora.itests.wire.RawSocket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TestRule;

/** Connections that never come to a CONNECT are closed when {@code connect_timeout} is over, while others are served. */
public final class LateConnects {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final byte[] CONNECT = Hex.bytes(Hex.connect5("late", "02", ""));
    private static final byte[] UPGRADE = """
            GET /mqtt HTTP/1.1\r
            Host: localhost\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Protocol: mqtt\r
            \r
            """.getBytes(US_ASCII);

    @Rule
    public final TestRule stillServing = HostileIT.STILL_SERVING;

    @Test
    public void whoSaysNothingOrHalfAConnectIsClosed() throws Exception {
        List<String> answers = answers("tcp", new byte[0], half(CONNECT));
        assertEquals(List.of("", ""), answers);
    }

    @Test
    public void whoNeverFinishesTheHandshakeOfAWebSocketIsClosed() throws Exception {
        List<String> answers = answers("ws", new byte[0], half(UPGRADE));
        assertEquals(List.of("", ""), answers);
    }

    @Test
    public void whoOpensAWebSocketAndSaysNothingIsClosed() throws Exception {
        String answer = answers("ws", UPGRADE).get(0);
        assertTrue(answer, answer.startsWith("HTTP/1.1 101"));
    }

    private static byte[] half(byte[] whole) {
        return Arrays.copyOf(whole, whole.length / 2);
    }

    /** What those are told that begin so, and send nothing more; each is kept until its time is over. */
    private static List<String> answers(String transport, byte[]... beginnings) throws Exception {
        InetSocketAddress listener = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.next());
        Path file = configure(transport, listener.getPort());
        List<RawSocket> late = new ArrayList<>();
        try (Peer other = Peer.welcomed(HostileIT.address(), Hex.connect5("in-time", "02", ""))) {
            Waiting.until("the listener is there", () -> isOpen(listener));
            long begun = System.nanoTime();
            for (byte[] beginning : beginnings) {
                RawSocket socket = new RawSocket(listener);
                late.add(socket);
                socket.send(beginning);
            }
            other.expectNothing();
            List<String> answers = new ArrayList<>();
            for (RawSocket socket : late) {
                answers.add(new String(socket.readAll(), US_ASCII));
            }
            Duration kept = Duration.ofNanos(System.nanoTime() - begun);
            assertTrue("closed after " + kept, kept.compareTo(TIMEOUT) >= 0);
            other.expectNothing();
            return answers;
        } finally {
            for (RawSocket socket : late) {
                socket.close();
            }
            Files.delete(file);
            Waiting.until("the listener is gone", () -> !isOpen(listener));
        }
    }

    private static Path configure(String transport, int port) throws IOException {
        Path file = HostileIT.amphora().data().resolve("etc/io.amphora.mqtt.listener-late.cfg");
        return Files.writeString(
                file,
                "port = " + port + "\ntransport = " + transport + "\nconnect_timeout = " + TIMEOUT.toSeconds() + "\n");
    }

    private static boolean isOpen(InetSocketAddress listener) throws IOException {
        try {
            new RawSocket(listener).close();
            return true;
        } catch (ConnectException e) {
            return false;
        }
    }
}
