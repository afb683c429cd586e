// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.ClientInfo;
import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.spi.ClientRegistry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

public class ClientsCommandTest {

    private final ClientRegistry clients = new Registry(List.of(
            view("slow", connection("slow"), 120),
            view("away", Optional.empty(), 0),
            view("\u001b[2J" + "x".repeat(100), Optional.empty(), 1)));

    @Test
    public void everyClientHasALineThatSaysWhatItMissed() {
        List<String> lines = run(null, false).lines().toList();
        assertEquals(3, lines.size());
        assertEquals("away\t-\t-\t1\t2\t3\t4\t0", lines.get(1));
        assertEquals("slow\tlocalhost/127.0.0.1:5555\ttcp\t1\t2\t3\t4\t120", lines.get(2));
    }

    @Test
    public void onlyThoseThatMissedMessagesAreListedIfAsked() {
        assertEquals(2, run(null, true).lines().count());
    }

    @Test
    public void oneClientMayBeAskedFor() {
        assertEquals("away\t-\t-\t1\t2\t3\t4\t0", run("away", false).strip());
        var unknown = assertThrows(IllegalArgumentException.class, () -> run("nobody", false));
        assertEquals("no client has a session as nobody", unknown.getMessage());
    }

    @Test
    public void noClientCommandsTheTerminal() {
        String printed = run(null, false);
        assertTrue(printed, printed.startsWith("\\u001b[2Jxxx"));
    }

    @Test
    public void aTableShortensLongIdentifiers() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ClientsCommand(clients, null, false, false).print(new PrintStream(bytes, true, UTF_8));
        String printed = bytes.toString(UTF_8);
        assertTrue(printed, printed.contains("Dropped"));
        assertTrue(printed, printed.contains("\\u001b[2Jxxx"));
        assertFalse(printed, printed.contains("x".repeat(65)));
    }

    private String run(String clientId, boolean dropped) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ClientsCommand(clients, clientId, dropped, true).print(new PrintStream(bytes, true, UTF_8));
        return bytes.toString(UTF_8);
    }

    private static ClientRegistry.ClientView view(
            String id, Optional<ClientRegistry.ConnectionView> connection, long dropped) {
        return new ClientRegistry.ClientView(new ClientId(id), connection, true, 1, 2, 3, 4, dropped);
    }

    private static Optional<ClientRegistry.ConnectionView> connection(String id) {
        ClientInfo client = new ClientInfo(
                new ClientId(id),
                MqttVersion.V5,
                Optional.empty(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 5555));
        return Optional.of(new ClientRegistry.ConnectionView(client, "tcp"));
    }

    private record Registry(List<ClientView> clients) implements ClientRegistry {

        @Override
        public Optional<ClientView> client(ClientId id) {
            return clients.stream().filter(client -> client.id().equals(id)).findFirst();
        }

        @Override
        public boolean disconnect(ClientId id) {
            throw new UnsupportedOperationException();
        }
    }
}
