// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import static io.amphora.itests.wire.Hex.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.wire.Peer;
import java.util.List;
import org.junit.Test;

/** PUBLISH from a client, and its way to subscribers (section 3.3). */
public final class PublishDialogues {

    @Test
    @Statement(
            mqtt311 = {"3.3.4-1", "2.3.1-6", "4.3.2-2", "4.3.3-2"},
            mqtt5 = {"3.3.4-1", "2.2.1-5", "4.3.2-4", "4.3.3-8", "4.3.3-11", "3.4.2-1", "3.5.2-1", "3.7.2-1"})
    public void eachQosIsAnsweredInItsOwnWay() throws Exception {
        try (Peer four = Peers.four("p4", true);
                Peer five = Peers.five("p5")) {
            four.send(packet("30", "'answered' 6869"));
            four.expectNothing();
            four.ask(packet("32", "'answered' abcd 6869"), "40 02 abcd");
            four.ask(packet("34", "'answered' abce 6869"), "50 02 abce");
            four.ask("62 02 abce", "70 02 abce");
            five.subscribe5("answered", "00");
            five.send(packet("32", "'answered' abcd 00 6869"));
            assertBoth(five, packet("30", "'answered' 00 6869"), "40 02 abcd");
            five.send(packet("34", "'answered' abce 00 6869"));
            assertBoth(five, packet("30", "'answered' 00 6869"), "50 02 abce");
            five.ask("62 02 abce", "70 02 abce");
        }
    }

    @Test
    @Statement(
            mqtt311 = {"3.3.1-2", "2.3.1-1", "3.3.1-4", "2.2.2-2"},
            mqtt5 = {"3.3.1-2", "3.3.1-4"})
    public void flagsAndIdentifiersThatCannotBeEndTheConnection() throws Exception {
        for (String rest : List.of("36|0001", "38|", "32|0000", "34|0000")) {
            String first = rest.substring(0, 2);
            String id = rest.substring(3);
            try (Peer four = Peers.four("p4", true);
                    Peer five = Peers.five("p5")) {
                four.send(packet(first, "'topic'" + id + "6869"));
                four.expectEnd();
                five.send(packet(first, "'topic'" + id + "00 6869"));
                five.expectDisconnect("81");
            }
        }
    }

    @Test
    @Statement(
            mqtt311 = {"2.3.1-5", "4.3.1-1"},
            mqtt5 = {"2.2.1-2", "4.3.1-1", "2.2.2-1"})
    public void qos0HasNeitherIdentifierNorDup() throws Exception {
        try (Peer four = Peers.four("p4", true);
                Peer five = Peers.five("p5")) {
            four.subscribe4("zero", "00");
            five.subscribe5("zero", "00");
            five.send(packet("30", "'zero' 00 6869"));
            five.expect(packet("30", "'zero' 00 6869"));
            four.expect(packet("30", "'zero' 6869"));
        }
    }

    @Test
    @Statement(
            mqtt311 = {"3.3.1-3", "4.3.2-1", "4.3.3-1"},
            mqtt5 = {"3.3.1-3", "4.3.2-2", "4.3.3-2"})
    public void aPublishersDupIsNotForwarded() throws Exception {
        try (Peer watcher = Peers.four("watcher", true);
                Peer five = Peers.five("p5");
                Peer four = Peers.four("p4", true)) {
            watcher.subscribe4("dup", "02");
            five.ask(packet("3a", "'dup' 0001 00 6869"), "40 02 0001");
            watcher.expect(packet("32", "'dup' 0001 6869"));
            four.ask(packet("3c", "'dup' 0001 6869"), "50 02 0001");
            watcher.expect(packet("34", "'dup' 0002 6869"));
        }
    }

    @Test
    @Statement(
            mqtt311 = {"3.3.2-1", "3.3.2-2", "4.7.1-1"},
            mqtt5 = {"3.3.2-1", "3.3.2-2", "4.7.0-1"})
    public void aTopicWithWildcardsOrThatIsNoStringEndsTheConnection() throws Exception {
        for (String topic : List.of("'a/+'", "'#'", "'a#'", "0001 ff", "0003 eda080", "0001 00")) {
            try (Peer four = Peers.four("p4", true);
                    Peer five = Peers.five("p5")) {
                four.send(packet("30", topic + "6869"));
                four.expectEnd();
                five.send(packet("30", topic + "00 6869"));
                five.expectDisconnect(topic.startsWith("'") ? "90" : "81");
            }
        }
    }

    @Test
    @Statement(mqtt311 = "3.3.2-3", mqtt5 = "3.3.2-3")
    public void aSubscriberSeesTheTopicThatMatched() throws Exception {
        try (Peer four = Peers.four("p4", true);
                Peer five = Peers.five("p5")) {
            four.subscribe4("seen/+/x", "00");
            five.subscribe5("seen/#", "00");
            five.send(packet("30", "'seen/y/z' 00") + packet("30", "'seen/y/x' 00"));
            five.expect(packet("30", "'seen/y/z' 00"));
            five.expect(packet("30", "'seen/y/x' 00"));
            four.expect(packet("30", "'seen/y/x'"));
        }
    }

    @Test
    @Statement(
            mqtt311 = "3.3.5-1",
            mqtt5 = {"3.3.4-2", "3.3.4-3", "3.3.4-4"})
    public void overlappingSubscriptionsDeliverWithTheHighestQosAndAllIdentifiers() throws Exception {
        try (Peer four = Peers.four("p4", true);
                Peer five = Peers.five("p5");
                Peer publisher = Peers.five("publisher")) {
            four.subscribe4("over/#", "00");
            four.subscribe4("over/+", "02");
            five.ask(packet("82", "0001 02 0b05 'over/#' 00"), "90 04 0001 00 00");
            five.ask(packet("82", "0002 02 0b07 'over/+' 01"), "90 04 0002 00 01");
            five.ask(packet("82", "0003 00 'over/x' 00"), "90 04 0003 00 00");
            publisher.publish5("over/x", "6869");
            String once = five.read();
            String either = packet("32", "'over/x' 0001 04 0b05 0b07 6869").replace(" ", "");
            String or = packet("32", "'over/x' 0001 04 0b07 0b05 6869").replace(" ", "");
            assertTrue(once, once.equals(either) || once.equals(or));
            five.expectNothing();
            four.expect(packet("32", "'over/x' 0001 6869"));
            four.expectNothing();
        }
    }

    @Test
    @Statement(mqtt5 = "3.3.4-6")
    public void aSubscriptionIdentifierFromAClientEndsTheConnection() throws Exception {
        try (Peer five = Peers.five("p5")) {
            five.send(packet("30", "'a' 02 0b01"));
            String disconnect = five.read();
            assertTrue(disconnect, List.of("81", "82").contains(disconnect.substring(4, 6)));
            five.expectEnd();
        }
    }

    @Test
    @Statement(
            mqtt311 = {"4.6.0-5", "4.6.0-6"},
            mqtt5 = {"4.6.0-5", "4.6.0-6"})
    public void messagesKeepTheirOrder() throws Exception {
        try (Peer four = Peers.four("p4", true);
                Peer five = Peers.five("p5")) {
            four.subscribe4("order/x", "01");
            StringBuilder all = new StringBuilder();
            for (int i = 1; i <= 200; i++) {
                String id = String.format("%04x", i);
                all.append(packet("32", "'order/x'" + id + "00" + id));
            }
            five.send(all.toString());
            for (int i = 1; i <= 200; i++) {
                String id = String.format("%04x", i);
                four.expect(packet("32", "'order/x'" + id + id));
                four.send("40 02" + id);
                five.expect("40 02" + id);
            }
        }
    }

    @Test
    @Statement(mqtt311 = "3.3.5-2")
    public void whatIsNotAuthorizedIsAcknowledgedAsUsual() throws Exception {
        try (Peer four = Peers.four("p4", true);
                Peer five = Peers.five("p5")) {
            five.send(packet("32", "'$file-response/other' 0001 00"));
            assertEquals("87", five.read().substring(8, 10));
            four.ask(packet("32", "'$file-response/other' 0001"), "40 02 0001");
        }
    }

    private static void assertBoth(Peer peer, String one, String other) throws Exception {
        List<String> expected = List.of(one.replace(" ", ""), other.replace(" ", ""));
        String first = peer.read();
        String second = peer.read();
        assertTrue(first + " " + second, expected.contains(first) && expected.contains(second));
    }
}
