// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import static io.amphora.itests.wire.Hex.packet;
import static org.junit.Assert.assertEquals;

import io.amphora.itests.wire.Peer;
import java.util.List;
import org.junit.Test;

/** SUBSCRIBE and SUBACK (sections 3.8 and 3.9). */
public final class SubscribeDialogues {

    @Test
    @Statement(
            mqtt311 = {"3.8.4-1", "3.8.4-2", "2.3.1-7", "3.8.4-4", "3.8.4-5", "3.9.3-1", "3.9.3-2", "3.8.3-2"},
            mqtt5 = {"3.8.4-1", "3.8.4-2", "2.2.1-6", "3.8.4-5", "3.8.4-6", "3.8.4-7", "3.9.3-1", "3.9.3-2"})
    public void everyFilterIsAnsweredInItsPlace() throws Exception {
        try (Peer four = Peers.four("s4", true);
                Peer five = Peers.five("s5")) {
            four.ask(
                    packet("82", "abcd 'sub/a' 02 'sub/#' 00 '$file/refused' 01 'sub/+' 01"),
                    packet("90", "abcd 02 00 80 01"));
            five.ask(
                    packet("82", "abcd 00 'sub/a' 02 'sub/#' 00 'sub/#/wrong' 01 'sub/+' 01"),
                    packet("90", "abcd 00 02 00 8f 01"));
            five.send(packet("30", "'sub/a' 00 6869"));
            five.expect(packet("30", "'sub/a' 00 6869"));
            four.expect(packet("30", "'sub/a' 6869"));
        }
    }

    @Test
    @Statement(
            mqtt311 = {"3.8.1-1", "2.2.2-1"},
            mqtt5 = {"3.8.1-1", "2.1.3-1"})
    public void otherFlagsEndTheConnection() throws Exception {
        for (String first : List.of("80", "83", "8a", "86")) {
            refuse(packet(first, "0001 'a' 00"), packet(first, "0001 00 'a' 00"), "81");
        }
    }

    @Test
    @Statement(mqtt311 = "3.8.3-3", mqtt5 = "3.8.3-2")
    public void noFilterEndsTheConnection() throws Exception {
        refuse(packet("82", "0001"), packet("82", "0001 00"), "82");
    }

    @Test
    @Statement(
            mqtt311 = {"3.8.3-1", "4.7.3-2"},
            mqtt5 = {"3.8.3-1", "4.7.3-2"})
    public void aFilterThatIsNoStringEndsTheConnection() throws Exception {
        for (String wrong : List.of("0001 ff", "0003 eda080", "0001 00", "0002 c080", "0005 61")) {
            refuse(packet("82", "0001" + wrong + "00"), packet("82", "0001 00" + wrong + "00"), "81");
        }
    }

    @Test
    @Statement(mqtt311 = "3.8.3-4")
    public void reservedBitsOfAQosEndTheConnection() throws Exception {
        for (String qos : List.of("03", "04", "80", "ff")) {
            try (Peer four = Peers.four("s4", true)) {
                four.send(packet("82", "0001 'a'" + qos));
                four.expectEnd();
            }
        }
    }

    @Test
    @Statement(mqtt5 = "3.8.3-5")
    public void reservedBitsOfOptionsEndTheConnection() throws Exception {
        for (String options : List.of("40", "80", "c1")) {
            try (Peer five = Peers.five("s5")) {
                five.send(packet("82", "0001 00 'a'" + options));
                five.expectDisconnect("81");
            }
        }
        for (String options : List.of("03", "30")) {
            try (Peer five = Peers.five("s5")) {
                five.send(packet("82", "0001 00 'a'" + options));
                five.expectDisconnect("82");
            }
        }
    }

    @Test
    @Statement(mqtt311 = "2.3.1-1")
    public void identifier0EndsTheConnection() throws Exception {
        refuse(packet("82", "0000 'a' 00"), packet("82", "0000 00 'a' 00"), "81");
    }

    @Test
    @Statement(mqtt5 = "3.8.3-3")
    public void noLocalLeavesOutOnesOwnMessages() throws Exception {
        try (Peer five = Peers.five("s5");
                Peer other = Peers.five("other")) {
            five.subscribe5("local", "05");
            five.publish5("local", "31");
            five.expectNothing();
            other.publish5("local", "32");
            five.expect(packet("32", "'local' 0001 00 32"));
        }
    }

    @Test
    @Statement(mqtt5 = "3.8.3-4")
    public void noLocalOnAShareEndsTheConnection() throws Exception {
        try (Peer five = Peers.five("s5")) {
            five.send(packet("82", "0001 00 '$share/g/a' 04"));
            five.expectDisconnect("82");
        }
    }

    @Test
    @Statement(mqtt311 = "3.8.4-6", mqtt5 = "3.8.4-8")
    public void theLowerQosHolds() throws Exception {
        try (Peer four = Peers.four("s4", true);
                Peer publisher = Peers.five("publisher")) {
            for (int granted = 0; granted <= 2; granted++) {
                four.subscribe4("lower", "0" + granted);
                publisher.send(packet("30", "'lower' 00 30"));
                assertEquals("QoS 0", "30", four.read().substring(0, 2));
                publisher.publish5("lower", "31");
                assertEquals("QoS 1", granted == 0 ? "30" : "32", four.read().substring(0, 2));
                publisher.ask(packet("34", "'lower' 0001 00 32"), "50 02 0001");
                publisher.ask("62 02 0001", "70 02 0001");
                assertEquals("QoS 2", "3" + 2 * granted, four.read().substring(0, 2));
            }
        }
    }

    @Test
    @Statement(mqtt5 = "3.8.4-3")
    public void aSubscriptionIsReplacedAsAWhole() throws Exception {
        try (Peer five = Peers.five("s5")) {
            five.ask(packet("82", "0001 02 0b05 'whole' 02"), "90 04 0001 00 02");
            five.ask(packet("82", "0002 00 'whole' 00"), "90 04 0002 00 00");
            five.send(packet("30", "'whole' 00 31"));
            five.expect(packet("30", "'whole' 00 31"));
            five.expectNothing();
        }
    }

    private static void refuse(String packet4, String packet5, String code) throws Exception {
        try (Peer four = Peers.four("s4", true);
                Peer five = Peers.five("s5")) {
            four.send(packet4);
            four.expectEnd();
            five.send(packet5);
            five.expectDisconnect(code);
        }
    }
}
