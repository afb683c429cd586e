// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static io.amphora.itests.wire.Hex.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.wire.Peer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;

/** Listeners that come and go with their files, while others serve. */
public final class ListenersIT {

    @ClassRule
    public static final OneAmphora AMPHORA = new OneAmphora();

    private static RunningAmphora amphora;

    @BeforeClass
    public static void use() {
        amphora = AMPHORA.running();
    }

    @Test
    public void aListenerComesAndGoesWithItsFile() throws Exception {
        int port = FreePort.next();
        Path file = configure("second", "port = " + port);
        try (Peer stays = connected(amphora.port(), "stays")) {
            Waiting.until("port " + port + " is open", () -> isOpen(port));
            try (Peer goes = connected(port, "goes")) {
                Files.delete(file);
                assertEquals("8b", goes.read().substring(4, 6)); // server shutting down
                goes.expectEnd();
            }
            Waiting.until("port " + port + " is closed", () -> !isOpen(port));
            stays.send("c0 00");
            stays.expect("d0 00");
        }
    }

    @Test
    public void aChangedFileChangesItsListenerOnly() throws Exception {
        int before = FreePort.next();
        int after = FreePort.next();
        configure("moves", "port = " + before);
        Waiting.until("port " + before + " is open", () -> isOpen(before));
        try (Peer stays = connected(amphora.port(), "unmoved")) {
            Path file = configure("moves", "port = " + after);
            Waiting.until("port " + after + " is open", () -> isOpen(after) && !isOpen(before));
            stays.send("c0 00");
            stays.expect("d0 00");
            Files.delete(file);
        }
    }

    @Test
    public void aListenerBehindAProxyWantsItsHeader() throws Exception {
        int port = FreePort.next();
        Path file = configure("proxied", "port = " + port + "\nproxy_protocol = true");
        Waiting.until("port " + port + " is open", () -> isOpen(port));
        String connect = packet("10", "'MQTT' 05 02 0000 00 'proxied'");
        byte[] header = "PROXY TCP4 192.0.2.7 127.0.0.1 5555 1883\r\n".getBytes(StandardCharsets.US_ASCII);
        try (Peer proxied = peer(port);
                Peer direct = peer(port)) {
            proxied.send(HexFormat.of().formatHex(header) + connect);
            assertEquals("20", proxied.read().substring(0, 2));
            direct.send(connect);
            direct.expectEnd();
        }
        Files.delete(file);
    }

    @Test
    public void whatCannotListenIsToldAndHarmsNoOther() throws Exception {
        Path file = configure("wrong", "port = 70000");
        Waiting.until("the log says so", () -> Files.readString(amphora.log()).contains("port = 70000"));
        assertTrue(isOpen(amphora.port()));
        Files.delete(file);
    }

    private static Path configure(String name, String settings) throws IOException {
        Path file = amphora.data().resolve("etc/io.amphora.mqtt.listener-" + name + ".cfg");
        Files.writeString(file, "host = " + amphora.host() + "\n" + settings + "\n");
        return file;
    }

    private static Peer connected(int port, String clientId) throws IOException {
        Peer peer = peer(port);
        peer.send(packet("10", "'MQTT' 05 02 0000 00 '" + clientId + "'"));
        assertEquals("20", peer.read().substring(0, 2));
        return peer;
    }

    private static boolean isOpen(int port) throws IOException {
        try {
            peer(port).close();
            return true;
        } catch (ConnectException e) {
            return false;
        }
    }

    private static Peer peer(int port) throws IOException {
        return new Peer(new InetSocketAddress(amphora.host(), port));
    }
}
