// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import static io.amphora.itests.wire.Hex.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.wire.Peer;
import java.util.List;
import org.junit.Test;

/** Receive Maximum, both ways (sections 3.3.4 and 4.9). */
public final class FlowDialogues {

    @Test
    @Statement(mqtt5 = {"3.3.4-9", "3.3.4-10", "4.9.0-1", "4.9.0-2", "4.9.0-3"})
    public void theClientsReceiveMaximumIsKept() throws Exception {
        try (Peer five = Peers.five("f5", "02", "21 0002");
                Peer publisher = Peers.five("publisher")) {
            five.subscribe5("flow/+", "02");
            for (int i = 1; i <= 4; i++) {
                publisher.publish5("flow/" + i, "31");
            }
            five.expect(packet("32", "'flow/1' 0001 00 31"));
            five.expect(packet("32", "'flow/2' 0002 00 31"));
            five.expectNothing(); // PINGRESP comes, and so does everything else:
            five.ask(packet("82", "0009 00 'flow/other' 00"), "90 04 0009 00 00");
            five.send(packet("30", "'flow/other' 00"));
            five.send("40 02 0001");
            String next = five.read();
            assertTrue(next, next.startsWith("32"));
            five.send("40 02 0002");
            next = five.read();
            assertTrue(next, next.startsWith("32"));
        }
    }

    @Test
    @Statement(mqtt5 = "4.9.0-2")
    public void aQos2MessageCountsUntilPubcomp() throws Exception {
        try (Peer five = Peers.five("f5", "02", "21 0001");
                Peer publisher = Peers.five("publisher")) {
            five.subscribe5("flow2", "02");
            publisher.send(packet("34", "'flow2' 0001 00 31") + "62 02 0001");
            publisher.expect("50 02 0001");
            publisher.expect("70 02 0001");
            publisher.publish5("flow2", "32");
            five.expect(packet("34", "'flow2' 0001 00 31"));
            five.ask("50 02 0001", "62 02 0001");
            five.expectNothing();
            five.send("70 02 0001");
            assertEquals("32", five.read().substring(0, 2));
        }
    }

    @Test
    @Statement(mqtt5 = "3.3.4-7")
    public void moreThanTheServersReceiveMaximumEndsTheConnection() throws Exception {
        try (Peer five = Peers.five("f5")) {
            StringBuilder all = new StringBuilder();
            for (int i = 1; i <= 257; i++) {
                all.append(packet("34", "'flow3'" + String.format("%04x", i) + "00"));
            }
            five.send(all.toString());
            for (int i = 1; i <= 256; i++) {
                assertEquals("50", five.read().substring(0, 2));
            }
            five.expectDisconnect("93");
        }
    }

    @Test
    @Statement(mqtt311 = "3.12.4-1", mqtt5 = "3.12.4-1")
    public void pingIsAnswered() throws Exception {
        try (Peer five = Peers.five("f5");
                Peer four = Peers.four("f4", true)) {
            List<Peer> both = List.of(five, four);
            for (Peer peer : both) {
                peer.ask("c0 00", "d0 00");
            }
        }
    }
}
