// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import static io.amphora.itests.wire.Hex.counted;
import static io.amphora.itests.wire.Hex.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.wire.Hex;
import io.amphora.itests.wire.Peer;
import java.util.List;
import org.junit.Test;

/** What is kept for a client, and for how long (sections 3.1.2.4, 3.1.2.11.2 and 4.1). */
public final class SessionDialogues {

    @Test
    @Statement(
            mqtt311 = {"3.1.2-4", "3.1.3-2", "3.2.2-2", "3.2.2-3", "4.1.0-1"},
            mqtt5 = {"3.1.2-5", "3.1.2-6", "3.1.2-23", "3.1.3-2", "3.2.2-3"})
    public void aSessionGoesOnWhereItEnded() throws Exception {
        assertPresent(0, Hex.connect4("kept4", "00", ""));
        assertPresent(0, Hex.connect5("kept5", "00", "11 00000e10"));
        try (Peer four = Peers.four("kept4", false);
                Peer five = Peers.fiveKept("kept5", false)) {
            four.subscribe4("kept/x", "01");
            five.subscribe5("kept/x", "01");
        }
        assertPresent(1, Hex.connect4("kept4", "00", ""));
        assertPresent(1, Hex.connect5("kept5", "00", "11 00000e10"));
        try (Peer four = Peers.four("kept4", false);
                Peer five = Peers.fiveKept("kept5", false);
                Peer publisher = Peers.five("publisher")) {
            publisher.publish5("kept/x", "6869");
            assertEquals(packetOf("32", "'kept/x' 0001 6869"), four.read());
            assertEquals(packetOf("32", "'kept/x' 0001 00 6869"), five.read());
        }
    }

    @Test
    @Statement(
            mqtt311 = {"3.1.2-5", "4.5.0-1"},
            mqtt5 = "4.5.0-1")
    public void messagesOfQos1And2WaitForAClientThatIsAway() throws Exception {
        Peer four = Peers.four("away4", true);
        four.close();
        four = Peers.four("away4", false);
        four.subscribe4("away/#", "02");
        four.close();
        Peer five = Peers.fiveKept("away5", true);
        five.subscribe5("away/#", "02");
        five.close();
        try (Peer publisher = Peers.five("publisher")) {
            publisher.publish5("away/1", "31");
            publisher.send(packet("34", "'away/2' 0009 00 32"));
            publisher.expect("50 02 0009");
            publisher.send("62 02 0009");
            publisher.expect("70 02 0009");
        }
        try (Peer four2 = Peers.four("away4", false);
                Peer five2 = Peers.fiveKept("away5", false)) {
            assertEquals(packetOf("32", "'away/1' 0001 31"), four2.read());
            assertEquals(packetOf("34", "'away/2' 0002 32"), four2.read());
            assertEquals(packetOf("32", "'away/1' 0001 00 31"), five2.read());
            assertEquals(packetOf("34", "'away/2' 0002 00 32"), five2.read());
        }
    }

    @Test
    @Statement(
            mqtt311 = {"3.1.2-6", "3.1.4-3", "3.2.2-1"},
            mqtt5 = {"3.1.2-4", "3.1.4-4", "3.2.2-2"})
    public void aCleanStartForgetsWhatWasBefore() throws Exception {
        try (Peer four = Peers.four("clean4", false);
                Peer five = Peers.fiveKept("clean5", false)) {
            four.subscribe4("clean/x", "01");
            five.subscribe5("clean/x", "01");
        }
        assertPresent(0, Hex.connect4("clean4", "02", ""));
        assertPresent(0, Hex.connect5("clean5", "02", ""));
        assertPresent(0, Hex.connect4("clean4", "00", ""));
        assertPresent(0, Hex.connect5("clean5", "00", ""));
        try (Peer four = Peers.four("clean4", true);
                Peer five = Peers.five("clean5");
                Peer publisher = Peers.five("publisher")) {
            publisher.publish5("clean/x", "6869");
            four.expectNothing();
            five.expectNothing();
        }
    }

    @Test
    @Statement(
            mqtt311 = {"3.1.2-6", "3.1.4-2"},
            mqtt5 = {"3.1.2-6", "3.1.4-3"})
    public void aSessionThatEndsWithItsConnectionIsNotInherited() throws Exception {
        try (Peer publisher = Peers.five("publisher")) {
            Peer four = Peers.four("heir4", true);
            Peer five = Peers.five("heir5", "02", "11 00000000");
            four.subscribe4("heir/x", "02");
            five.subscribe5("heir/x", "02");
            publisher.ask(packet("34", "'heir/x' 0001 00 31"), "50 02 0001");
            publisher.ask("62 02 0001", "70 02 0001");
            assertPresent(0, Hex.connect4("heir4", "00", "")); // while the one of before is open
            assertPresent(0, Hex.connect5("heir5", "00", "11 00000e10"));
            try (Peer heir4 = Peers.four("heir4", false);
                    Peer heir5 = Peers.fiveKept("heir5", false)) {
                publisher.ask(packet("34", "'heir/x' 0002 00 32"), "50 04 0002 10 00"); // no subscriber
                publisher.ask("62 02 0002", "70 02 0002");
                heir4.expectNothing();
                heir5.expectNothing();
            }
            four.close();
            five.close();
        }
    }

    @Test
    @Statement(mqtt311 = "4.1.0-2", mqtt5 = "4.1.0-1")
    public void aSessionLastsAsLongAsItsConnection() throws Exception {
        try (Peer peer = Peers.five("short", "02", "11 00000000");
                Peer publisher = Peers.five("publisher")) {
            peer.subscribe5("short/x", "01");
            for (int i = 1; i <= 3; i++) {
                publisher.publish5("short/x", "6869");
                assertEquals(packetOf("32", "'short/x' 000" + i + " 00 6869"), peer.read());
            }
        }
    }

    @Test
    @Statement(mqtt5 = "4.1.0-2")
    public void aSessionIsForgottenWhenItsExpiryIsOver() throws Exception {
        String connect = Hex.connect5("expires", "00", "11 00000001");
        try (Peer watcher = Peers.five("watcher")) {
            watcher.subscribe5("expires/will", "00");
            Peer peer = Peers.welcomed(packet(
                    "10",
                    "'MQTT' 05 04 0000" + counted("11 00000001") + "'expires'" + counted("18 0000003c")
                            + "'expires/will' 'over'"));
            peer.close();
            assertEquals(packetOf("30", "'expires/will' 00 6f766572"), watcher.read()); // at its end, before its delay
        }
        assertPresent(0, connect);
    }

    @Test
    @Statement(mqtt5 = "3.1.2-23")
    public void disconnectMayChangeTheExpiry() throws Exception {
        Peer peer = Peers.fiveKept("changes", true);
        peer.send("e0 07 00 05 11 00000000");
        peer.expectEnd();
        peer.close();
        assertPresent(0, Hex.connect5("changes", "00", ""));
    }

    @Test
    @Statement(
            mqtt311 = {"4.4.0-1", "4.6.0-1", "2.3.1-4", "3.3.1-1"},
            mqtt5 = {"4.4.0-1", "4.6.0-1", "3.3.1-1", "4.3.2-3", "4.3.3-3"})
    public void whatIsUnacknowledgedComesAgainInItsOrder() throws Exception {
        try (Peer publisher = Peers.five("publisher")) {
            Peer four = Peers.four("again4", true);
            four.close();
            four = Peers.four("again4", false);
            four.subscribe4("again/#", "02");
            Peer five = Peers.fiveKept("again5", true);
            five.subscribe5("again/#", "02");
            publisher.publish5("again/1", "31");
            publisher.ask(packet("34", "'again/2' 0009 00 32"), "50 02 0009");
            publisher.ask("62 02 0009", "70 02 0009");
            publisher.publish5("again/3", "33");
            for (Peer peer : List.of(four, five)) {
                for (int i = 0; i < 3; i++) {
                    peer.read();
                }
                peer.ask("40 02 0003" + "c0 00", "d0 00"); // the last is acknowledged
                peer.close();
            }
            try (Peer again4 = Peers.four("again4", false);
                    Peer again5 = Peers.fiveKept("again5", false)) {
                assertEquals(packetOf("3a", "'again/1' 0001 31"), again4.read());
                assertEquals(packetOf("3c", "'again/2' 0002 32"), again4.read());
                again4.expectNothing();
                assertEquals(packetOf("3a", "'again/1' 0001 00 31"), again5.read());
                assertEquals(packetOf("3c", "'again/2' 0002 00 32"), again5.read());
                again5.expectNothing();
            }
        }
    }

    @Test
    @Statement(
            mqtt311 = {"4.4.0-1", "4.3.3-1"},
            mqtt5 = {"4.4.0-1", "4.3.3-5", "4.3.3-6"})
    public void afterPubrelOnlyPubrelComesAgain() throws Exception {
        try (Peer publisher = Peers.five("publisher")) {
            Peer peer = Peers.fiveKept("release", true);
            peer.subscribe5("release/x", "02");
            publisher.send(packet("34", "'release/x' 0009 00 32") + "62 02 0009");
            assertEquals(packetOf("34", "'release/x' 0001 00 32"), peer.read());
            peer.ask("50 02 0001", "62 02 0001");
            peer.close();
            try (Peer again = Peers.fiveKept("release", false)) {
                again.expect("62 02 0001");
                again.expectNothing();
                again.ask("70 02 0001" + "c0 00", "d0 00");
            }
            try (Peer again = Peers.fiveKept("release", false)) {
                again.expectNothing();
            }
        }
    }

    @Test
    @Statement(mqtt311 = "3.1.2-7")
    public void whatIsRetainedOutlivesTheSession() throws Exception {
        try (Peer publisher = Peers.four("retainer", true)) {
            publisher.publish4("33", "outlives/x", "6869");
        }
        try (Peer peer = Peers.four("reader", true)) {
            peer.subscribe4("outlives/x", "00");
            assertEquals(packetOf("31", "'outlives/x' 6869"), peer.read());
        }
        try (Peer publisher = Peers.four("retainer", true)) {
            publisher.publish4("33", "outlives/x", "");
        }
    }

    private static void assertPresent(int present, String connect) throws Exception {
        try (Peer peer = Peers.open()) {
            peer.send(connect);
            String connack = peer.read();
            assertTrue(connack, connack.startsWith("20"));
            assertEquals(connack, "0" + present + "00", connack.substring(4, 8));
        }
    }

    private static String packetOf(String first, String rest) {
        return packet(first, rest).replace(" ", "");
    }
}
