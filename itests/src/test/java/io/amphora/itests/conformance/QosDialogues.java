// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import static io.amphora.itests.wire.Hex.counted;
import static io.amphora.itests.wire.Hex.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.wire.Peer;
import java.util.List;
import org.junit.Test;

/** The exchanges of QoS 1 and 2 (section 4.3), each step of them, both ways. */
public final class QosDialogues {

    @Test
    @Statement(
            mqtt311 = {"4.3.2-2"},
            mqtt5 = "4.3.2-5")
    public void afterPubackTheIdentifierBringsANewMessage() throws Exception {
        try (Peer watcher = Peers.four("watcher", true);
                Peer five = Peers.five("q5");
                Peer four = Peers.four("q4", true)) {
            watcher.subscribe4("one", "00");
            for (Peer peer : List.of(five, four)) {
                String properties = peer == five ? "00" : "";
                peer.ask(packet("32", "'one' 0001" + properties + "31"), "40 02 0001");
                peer.ask(packet("3a", "'one' 0001" + properties + "31"), "40 02 0001");
                watcher.expect(packet("30", "'one' 31"));
                watcher.expect(packet("30", "'one' 31"));
            }
        }
    }

    @Test
    @Statement(
            mqtt311 = {"4.3.3-2"},
            mqtt5 = {"4.3.3-10", "4.3.3-11", "4.3.3-12"})
    public void aQos2MessageIsDeliveredOnceUntilItIsReleased() throws Exception {
        try (Peer watcher = Peers.four("watcher", true)) {
            watcher.subscribe4("two", "00");
            for (String version : List.of("5", "4")) {
                Peer peer = version.equals("5") ? Peers.fiveKept("q2", true) : fresh4("q2");
                String properties = version.equals("5") ? "00" : "";
                peer.ask(packet("34", "'two' 0001" + properties + "31"), "50 02 0001");
                watcher.expect(packet("30", "'two' 31"));
                peer.ask(packet("3c", "'two' 0001" + properties + "31"), "50 02 0001");
                peer.close();
                peer = version.equals("5") ? Peers.fiveKept("q2", false) : Peers.four("q2", false);
                peer.ask(packet("3c", "'two' 0001" + properties + "31"), "50 02 0001");
                watcher.expectNothing();
                peer.ask("62 02 0001", "70 02 0001");
                peer.ask(packet("34", "'two' 0001" + properties + "32"), "50 02 0001");
                watcher.expect(packet("30", "'two' 32"));
                peer.close();
            }
        }
    }

    @Test
    @Statement(mqtt5 = "4.3.3-9")
    public void afterAFailedPubrecTheIdentifierBringsANewMessage() throws Exception {
        try (Peer five = Peers.five("q5");
                Peer watcher = Peers.four("watcher", true)) {
            watcher.subscribe4("fresh", "00");
            five.send(packet("34", "'$file/f/nonsense' 0001 00"));
            String pubrec = five.read();
            assertTrue(pubrec, pubrec.startsWith("50") && Integer.parseInt(pubrec.substring(8, 10), 16) >= 0x80);
            five.ask(packet("34", "'fresh' 0001 00 31"), "50 02 0001");
            watcher.expect(packet("30", "'fresh' 31"));
        }
    }

    @Test
    @Statement(
            mqtt311 = {"4.3.3-1", "2.3.1-4"},
            mqtt5 = {"4.3.3-1", "4.3.3-4", "2.2.1-4", "2.2.1-5", "4.3.2-1"})
    public void theServersIdentifiersAreFreeOnesAndStayTheSame() throws Exception {
        try (Peer five = Peers.five("q5");
                Peer publisher = Peers.five("publisher")) {
            five.subscribe5("ids", "02");
            for (int i = 1; i <= 3; i++) {
                publisher.send(packet("34", "'ids' 000" + i + " 00 31") + "62 02 000" + i);
                publisher.expect("50 02 000" + i);
                publisher.expect("70 02 000" + i);
            }
            five.expect(packet("34", "'ids' 0001 00 31"));
            five.expect(packet("34", "'ids' 0002 00 31"));
            five.expect(packet("34", "'ids' 0003 00 31"));
            five.ask("50 02 0002", "62 02 0002");
            five.ask("50 02 0001", "62 02 0001");
            five.ask("50 02 0003", "62 02 0003");
            five.ask("70 02 0001" + "70 02 0002" + "c000", "d000");
            publisher.publish5("ids", "32");
            String next = five.read();
            assertTrue(next, !next.startsWith("0003", 14)); // the one that is not completed
        }
    }

    @Test
    @Statement(mqtt5 = {"4.4.0-2", "4.4.0-1"})
    public void aFailedAcknowledgementEndsTheDelivery() throws Exception {
        Peer five = Peers.fiveKept("q5", true);
        try (Peer publisher = Peers.five("publisher")) {
            five.subscribe5("failed", "02");
            publisher.publish5("failed", "31");
            publisher.ask(packet("34", "'failed' 0001 00 32"), "50 02 0001");
            publisher.ask("62 02 0001", "70 02 0001");
            five.expect(packet("32", "'failed' 0001 00 31"));
            five.expect(packet("34", "'failed' 0002 00 32"));
            five.send("40 03 0001 97" + "50 03 0002 83");
            five.expectNothing(); // no PUBREL
            five.close();
        }
        try (Peer again = Peers.fiveKept("q5", false)) {
            again.expectNothing();
        }
    }

    @Test
    @Statement(mqtt5 = {"4.3.3-7", "4.3.3-13"})
    public void whatWasSentDoesNotExpire() throws Exception {
        Peer five = Peers.fiveKept("q5", true);
        try (Peer publisher = Peers.five("publisher");
                Peer clock = Peers.five("clock")) {
            five.subscribe5("lasts", "02");
            publisher.send(packet("34", "'lasts' 0001" + counted("02 00000001") + "32"));
            publisher.expect("50 02 0001");
            assertEquals("34", five.read().substring(0, 2));
            five.close();
            clock.subscribe5("lasts/two", "00");
            String connect = "'MQTT' 05 06 0000" + counted("11 00000e10") + "'two'" + counted("18 00000002");
            Peers.welcomed(packet("10", connect + "'lasts/two' 'now'")).close();
            clock.expect(packet("30", "'lasts/two' 00 6e6f77"));
            publisher.ask("62 02 0001", "70 02 0001"); // the publisher's exchange ends as usual
        }
        try (Peer again = Peers.fiveKept("q5", false)) {
            String repeated = again.read();
            assertTrue(repeated, repeated.startsWith("3c") && repeated.endsWith("32"));
            again.ask("50 02 0001", "62 02 0001");
        }
    }

    @Test
    @Statement(mqtt311 = "4.8.0-1", mqtt5 = "4.13.1-1")
    public void acknowledgementsOfTheWrongKindEndTheConnection() throws Exception {
        for (String wrong : List.of("50 02 0001", "70 02 0001", "40 02 0002", "70 02 0002")) {
            try (Peer five = Peers.five("q5");
                    Peer four = Peers.four("q4", true);
                    Peer publisher = Peers.five("publisher")) {
                five.subscribe5("kinds", "02");
                four.subscribe4("kinds", "02");
                publisher.ask(packet("32", "'kinds' 0001 00 31"), "40 02 0001");
                publisher.ask(packet("34", "'kinds' 0002 00 32"), "50 02 0002");
                publisher.ask("62 02 0002", "70 02 0002");
                five.expect(packet("32", "'kinds' 0001 00 31"));
                five.expect(packet("34", "'kinds' 0002 00 32"));
                four.expect(packet("32", "'kinds' 0001 31"));
                four.expect(packet("34", "'kinds' 0002 32"));
                five.send(wrong);
                five.expectDisconnect("82");
                four.send(wrong);
                four.expectEnd();
            }
        }
    }

    private static Peer fresh4(String id) throws Exception {
        Peers.four(id, true).close();
        return Peers.four(id, false);
    }
}
