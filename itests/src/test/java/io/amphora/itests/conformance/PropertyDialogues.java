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

/** Properties of PUBLISH (section 3.3.2.3) and of what answers it. */
public final class PropertyDialogues {

    private static final List<String> ALL = List.of(
            "01 01", "03 'text/plain'", "08 'reply/to'", "09 0004 00ff0102", "26 'b' '1' 26 'a' '2' 26 'b' '3'");

    @Test
    @Statement(mqtt5 = {"3.3.2-4", "3.3.2-15", "3.3.2-16", "3.3.2-17", "3.3.2-18", "3.3.2-20", "1.5.4-3", "1.5.7-1"})
    public void propertiesTravelUnaltered() throws Exception {
        try (Peer watcher = Peers.five("watcher");
                Peer publisher = Peers.five("publisher")) {
            watcher.subscribe5("properties/+", "01");
            String all = String.join("", ALL);
            publisher.publish5("32", "properties/all", all, "6869");
            watcher.expectPublish(packet("32", "'properties/all' 0001" + counted(all) + "6869"), ALL);
            String unusual = "01 01 26 0003 efbbbf 0006 efbbbf efbbbf";
            publisher.publish5("32", "properties/bom", unusual, "6869");
            watcher.expect(packet("32", "'properties/bom' 0002" + counted(unusual) + "6869"));
        }
    }

    @Test
    @Statement(mqtt5 = {"3.3.2-13", "3.3.2-19", "1.5.4-1", "1.5.4-2", "1.5.7-1"})
    public void propertiesThatAreNoStringsEndTheConnection() throws Exception {
        for (String wrong : List.of("0001 ff", "0003 eda080", "0001 00", "0002 c080")) {
            for (String property : List.of("03", "08", "26 'name'", "26")) {
                String rest = property.equals("26") ? wrong + "'value'" : wrong;
                try (Peer five = Peers.five("p5")) {
                    five.send(packet("30", "'a'" + counted(property + rest)));
                    five.expectDisconnect("81");
                }
            }
        }
    }

    @Test
    @Statement(mqtt5 = "3.3.2-14")
    public void aResponseTopicWithWildcardsIsRefused() throws Exception {
        for (String topic : List.of("'a/+'", "'#'")) {
            try (Peer five = Peers.five("p5")) {
                five.send(packet("30", "'a'" + counted("08" + topic)));
                String disconnect = five.read();
                assertTrue(disconnect, List.of("82", "90").contains(disconnect.substring(4, 6)));
                five.expectEnd();
            }
        }
    }

    @Test
    @Statement(mqtt5 = {"3.3.2-5", "3.3.2-6"})
    public void anExpiryIsCountedDownAndKept() throws Exception {
        Peer peer = Peers.fiveKept("expiry", true);
        peer.subscribe5("expiry/+", "01");
        peer.close();
        try (Peer publisher = Peers.five("publisher");
                Peer clock = Peers.five("clock")) {
            publisher.publish5("32", "expiry/short", "02 00000001", "6869");
            publisher.publish5("32", "expiry/long", "02 00000e10", "6869");
            publisher.publish5("32", "expiry/none", "", "6869");
            waitTwoSeconds(clock);
        }
        try (Peer again = Peers.fiveKept("expiry", false)) {
            String first = again.read();
            assertTrue(first, first.contains(hex("'expiry/long'")));
            int at = first.indexOf("0502") + 4;
            long left = Long.parseLong(first.substring(at, at + 8), 16);
            assertTrue(left + " seconds", left <= 3_598 && left > 3_400);
            again.expect(packet("32", "'expiry/none' 0002 00 6869"));
            again.expectNothing();
        }
    }

    /** By the broker's own clock: a will with a delay of two seconds. */
    private static void waitTwoSeconds(Peer clock) throws Exception {
        clock.subscribe5("clock/two", "00");
        String connect = "'MQTT' 05 06 0000" + counted("11 00000e10") + "'two'" + counted("18 00000002");
        Peers.welcomed(packet("10", connect + "'clock/two' 'now'")).close();
        clock.expect(packet("30", "'clock/two' 00 6e6f77"));
    }

    @Test
    @Statement(mqtt5 = {"3.3.2-12", "3.3.2-7"})
    public void everyTopicAliasUpToTheMaximumHoldsForItsConnection() throws Exception {
        try (Peer watcher = Peers.five("watcher");
                Peer publisher = Peers.five("publisher")) {
            watcher.subscribe5("alias/#", "00");
            for (int alias = 1; alias <= 32; alias++) {
                String id = String.format("%04x", alias);
                publisher.send(packet("30", "'alias/" + alias + "' 03 23" + id + "61"));
                publisher.send(packet("30", "'' 03 23" + id + "62"));
                watcher.expect(packet("30", "'alias/" + alias + "' 00 61"));
                watcher.expect(packet("30", "'alias/" + alias + "' 00 62"));
            }
        }
        try (Peer publisher = Peers.five("publisher")) {
            publisher.send(packet("30", "'' 03 23 0001"));
            publisher.expectDisconnect("82");
        }
    }

    @Test
    @Statement(mqtt5 = "3.3.2-8")
    public void aTopicAliasOf0OrAboveTheMaximumIsRefused() throws Exception {
        for (String alias : List.of("0000", "0021", "ffff")) {
            try (Peer publisher = Peers.five("publisher")) {
                publisher.send(packet("30", "'alias' 03 23" + alias));
                publisher.expectDisconnect("94");
            }
        }
    }

    @Test
    @Statement(mqtt5 = {"3.1.2-26", "3.1.2-27", "3.3.2-11"})
    public void theServersTopicAliasesKeepToTheClientsMaximum() throws Exception {
        try (Peer without = Peers.five("without");
                Peer with = Peers.five("with", "02", "22 0001");
                Peer publisher = Peers.five("publisher")) {
            without.subscribe5("aliases/+", "00");
            with.subscribe5("aliases/+", "00");
            for (int i = 0; i < 4; i++) {
                publisher.publish5("aliases/" + (i % 2), "6869");
                without.expect(packet("30", "'aliases/" + (i % 2) + "' 00 6869"));
                String aliased = with.read();
                int alias = aliased.indexOf("0323");
                assertTrue(aliased, alias < 0 || aliased.startsWith("03230001", alias));
            }
        }
    }

    @Test
    @Statement(mqtt5 = {"3.1.2-24", "3.1.2-25"})
    public void whatIsTooLargeForAClientIsLeftOut() throws Exception {
        Peer small = Peers.five("small", "02", "11 00000e10 27 00000030");
        try (Peer publisher = Peers.five("publisher")) {
            small.subscribe5("large/+", "02");
            publisher.publish5("large/1", "61".repeat(100));
            publisher.publish5("large/2", "6869");
            small.expect(packet("32", "'large/2' 0002 00 6869"));
            small.close();
        }
        try (Peer again = Peers.five("small", "00", "11 00000e10 27 00000030")) {
            again.expect(packet("3a", "'large/2' 0002 00 6869")); // and not the other
            again.expectNothing();
        }
    }

    @Test
    @Statement(mqtt5 = {"3.1.2-24", "3.1.2-25"})
    public void aMessageOfExactlyTheMaximumIsNotLeftOut() throws Exception {
        String exact = "'exact' 0001 00" + "61".repeat(0x30 - 12);
        for (String alias : List.of("", "22 0004")) { // where there is no room for an alias, none is sent
            try (Peer peer = Peers.five("exact", "02", "27 00000030" + alias);
                    Peer publisher = Peers.five("publisher")) {
                peer.subscribe5("exact", "02");
                publisher.ask(packet("32", exact), "40 02 0001");
                peer.expect(packet("32", exact));
                publisher.ask(packet("32", exact + "61"), "40 02 0001");
                peer.expectNothing();
            }
        }
    }

    @Test
    @Statement(mqtt5 = {"3.1.2-29", "3.4.2-2", "3.4.2-3", "3.5.2-2", "3.5.2-3"})
    public void reasonsAreToldOnlyToWhoWantsThemAndHasRoom() throws Exception {
        String unknown = "'$file/f/nonsense' 0001 00";
        try (Peer wants = Peers.five("wants")) {
            wants.send(packet("32", unknown));
            assertTrue(wants.read().contains("1f"));
            wants.send(packet("34", unknown));
            assertTrue(wants.read().contains("1f"));
        }
        for (String properties : List.of("17 00", "27 00000010")) {
            try (Peer tight = Peers.five("tight", "02", properties)) {
                tight.send(packet("32", unknown));
                String puback = tight.read();
                assertTrue(puback, puback.length() <= 12 && puback.startsWith("40"));
                tight.send(packet("34", unknown));
                String pubrec = tight.read();
                assertTrue(pubrec, pubrec.length() <= 12 && pubrec.startsWith("50"));
            }
        }
    }

    @Test
    @Statement(mqtt5 = {"3.6.2-1", "3.6.2-2", "3.6.2-3", "3.7.2-2", "3.7.2-3"})
    public void pubrelAndPubcompOfUnknownMessagesSaySo() throws Exception {
        try (Peer five = Peers.five("p5", "02", "27 00000010")) {
            five.send("50 02 0101");
            String pubrel = five.read();
            assertEquals(pubrel, "010192", pubrel.substring(4, 10));
            assertTrue(pubrel, pubrel.startsWith("62") && pubrel.length() <= 12);
            five.send("62 02 0102");
            String pubcomp = five.read();
            assertEquals(pubcomp, "010292", pubcomp.substring(4, 10));
            assertTrue(pubcomp, pubcomp.startsWith("70") && pubcomp.length() <= 12);
        }
    }

    @Test
    @Statement(mqtt5 = {"3.2.2-19", "3.2.2-20", "3.9.2-1", "3.9.2-2", "3.11.2-1", "3.11.2-2", "3.14.2-3", "3.14.2-4"})
    public void answersFitAVerySmallMaximumPacketSize() throws Exception {
        try (Peer refused = Peers.open()) {
            refused.send(packet("10", "'MQTT' 05 02 0000" + counted("27 00000010 15 'nonsense'") + "'x'"));
            assertFits(refused.read());
            refused.expectEnd();
        }
        try (Peer five = Peers.five("p5", "02", "27 00000020")) {
            five.send(packet("82", "0001 00 'small/#/x' 00"));
            assertFits(five.read());
            five.send(packet("a2", "0001 00 'small/#/x'"));
            assertFits(five.read());
            five.send(packet("36", "'a' 0001 00"));
            assertFits(five.read());
            five.expectEnd();
        }
    }

    private static void assertFits(String packet) {
        assertTrue(packet, packet.length() <= 2 * 0x20); // digits
    }

    private static String hex(String text) {
        return packet("00", text).substring(4);
    }
}
