// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static io.amphora.mqtt.netty.RawClient.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import org.junit.Rule;
import org.junit.Test;

/** What a packet may hold, and what begun ones may hold together. */
public final class PacketBoundsTest {

    private static final String PUBLISH_OF_A_MEGABYTE = "30 fc ff 3f 0001 61";

    @Rule
    public final RunningListener listener = new RunningListener();

    private RawClient client(String clientId) throws IOException {
        return RawClient.connected5(listener.address(), clientId, "02", "");
    }

    private static void expectQuotaExceeded(RawClient client) throws IOException {
        String disconnect = client.read();
        assertTrue(disconnect, disconnect.startsWith("e0"));
        assertEquals("97", disconnect.substring(4, 6));
        client.expectEnd();
    }

    @Test
    public void aPacketHasABoundedNumberOfUserProperties() throws Exception {
        try (RawClient client = client("many")) {
            client.send(packet("30", "'t' 80a001" + "2600000000".repeat(4_096)));
            client.send("c000");
            client.expect("d000");
            client.send(packet("30", "'t' 85a001" + "2600000000".repeat(4_097)));
            expectQuotaExceeded(client);
        }
    }

    @Test
    public void aSubscribeHasABoundedNumberOfFilters() throws Exception {
        try (RawClient client = client("many")) {
            client.send(packet("82", "0001 00" + "00016100".repeat(10_000)));
            assertTrue(client.read().startsWith("90"));
            client.send(packet("82", "0001 00" + "00016100".repeat(10_001)));
            expectQuotaExceeded(client);
        }
    }

    @Test
    public void anUnsubscribeHasABoundedNumberOfFilters() throws Exception {
        try (RawClient client = client("many")) {
            client.send(packet("a2", "0001 00" + "000161".repeat(10_001)));
            expectQuotaExceeded(client);
        }
    }

    @Test
    public void topicsWithAnAliasAreBoundedInCharacters() throws Exception {
        String topic = "t".repeat(1_000);
        try (RawClient client = client("long")) { // eight aliases of 512 characters
            for (int alias = 1; alias <= 4; alias++) {
                client.send(packet("30", "'" + topic + "' 03 23000" + alias));
            }
            client.send(packet("30", "'" + topic + "' 03 230001"));
            client.send("c000");
            client.expect("d000");
            client.send(packet("30", "'" + topic + "' 03 230005"));
            expectQuotaExceeded(client);
        }
    }

    @Test
    public void packetsThatHaveBegunAreBoundedTogether() throws Exception {
        BegunBytes begun = new BegunBytes(600 * 1_024); // two of 256 KiB
        RunningListener bounded = new RunningListener();
        bounded.start(new EventLoops(1, 1, "auto", begun));
        try (RawClient first = RawClient.connected5(bounded.address(), "1");
                RawClient second = RawClient.connected5(bounded.address(), "2");
                RawClient third = RawClient.connected5(bounded.address(), "3")) {
            first.send(PUBLISH_OF_A_MEGABYTE);
            second.send(PUBLISH_OF_A_MEGABYTE);
            await(begun, 2 * 256 * 1_024);
            third.send(PUBLISH_OF_A_MEGABYTE);
            expectQuotaExceeded(third);
            assertEquals(2 * 256 * 1_024, begun.taken());
        } finally {
            bounded.after();
        }
        await(begun, 0);
    }

    private static void await(BegunBytes begun, long bytes) {
        long end = System.nanoTime() + 10_000_000_000L;
        while (begun.taken() != bytes && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertEquals(bytes, begun.taken());
    }
}
