// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import io.amphora.mqtt.Connect;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.spi.Authenticator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.Timeout;

/** The PROXY header, versions 1 and 2, in front of CONNECT. */
public final class ProxyHeaderTest {

    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String FROM_TEST_NET = "21 11 000c c0000207 7f000001 15b3 075b";
    private static final String CONNECT = RawClient.connect5("proxied", "02", "");

    @ClassRule
    public static final RunningListener LISTENER = RunningListener.withProxies("192.0.2.0/24", "127.0.0.1");

    @ClassRule
    public static final RunningListener ELSEWHERE = RunningListener.withProxies("192.0.2.1", "fd00::/8");

    @Rule
    public final Timeout timeout = Timeout.seconds(60);

    private final Peers peers = new Peers();

    @Before
    public void watch() {
        LISTENER.broker().with(peers);
    }

    @Test
    public void version1TellsWhoIsThere() throws Exception {
        assertEquals(
                new InetSocketAddress("192.0.2.7", 5555),
                peerBehind(text("PROXY TCP4 192.0.2.7 127.0.0.1 5555 1883\r\n")));
        assertEquals(
                new InetSocketAddress("2001:db8::7", 5555),
                peerBehind(text("PROXY TCP6 2001:db8::7 ::1 5555 1883\r\n")));
    }

    @Test
    public void version2TellsWhoIsThere() throws Exception {
        assertEquals(new InetSocketAddress("192.0.2.7", 5555), peerBehind(SIGNATURE + FROM_TEST_NET));
    }

    @Test
    public void aProxyThatSpeaksForNobodyIsTheClientItself() throws Exception {
        assertEquals("/127.0.0.1", ip(peerBehind(SIGNATURE + "20 00 0000")));
        assertEquals("/127.0.0.1", ip(peerBehind(text("PROXY UNKNOWN\r\n"))));
    }

    @Test
    public void theHeaderMayComeByteByByte() throws Exception {
        try (RawClient client = new RawClient(LISTENER.address())) {
            for (byte each : RawClient.bytes(SIGNATURE + FROM_TEST_NET + CONNECT)) {
                client.sendBytes(new byte[] {each});
            }
            assertEquals("20", client.read().substring(0, 2));
        }
    }

    @Test
    public void whoeverSendsNoneIsClosedAtTheFirstByte() throws Exception {
        for (String beginning : List.of("10", CONNECT, text("PROXx"), "0d0a0d0a01", text("GET / HTTP/1.1\r\n"))) {
            try (RawClient client = new RawClient(LISTENER.address())) {
                client.send(beginning);
                client.expectEnd();
            }
        }
    }

    @Test
    public void aHeaderThatIsMalformedEndsTheConnection() throws Exception {
        for (String header : List.of(text("PROXY TCP4 nobody 127.0.0.1 1 2\r\n"), SIGNATURE + "3111 0000")) {
            try (RawClient client = new RawClient(LISTENER.address())) {
                client.send(header);
                client.expectEnd();
            }
        }
    }

    @Test
    public void whoIsNoProxyIsNotLetIn() throws Exception {
        try (RawClient client = new RawClient(ELSEWHERE.address())) {
            client.expectEnd();
        }
    }

    @Test
    public void whatIsNoAddressIsRefusedByName() {
        for (String wrong : List.of("proxy.example", "10.0.0.0/33", "::/x", "")) {
            assertThrows(IllegalArgumentException.class, () -> TrustedProxies.of(List.of(wrong)));
        }
        assertThrows(IllegalArgumentException.class, () -> TrustedProxies.of(List.of()));
    }

    private SocketAddress peerBehind(String header) throws IOException {
        try (RawClient client = new RawClient(LISTENER.address())) {
            client.send(header + CONNECT);
            assertEquals("20", client.read().substring(0, 2));
            return peers.last;
        }
    }

    private static String ip(SocketAddress address) {
        return ((InetSocketAddress) address).getAddress().toString();
    }

    private static String text(String ascii) {
        return HexFormat.of().formatHex(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    /** Lets everybody in and remembers where from. */
    private static final class Peers implements Authenticator {

        private volatile SocketAddress last;

        @Override
        public CompletionStage<ReasonCode> authenticate(Connect packet, SocketAddress peer) {
            last = peer;
            return CompletableFuture.completedFuture(ReasonCode.SUCCESS);
        }
    }
}
