// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import static io.amphora.itests.wire.Hex.packet;

import io.amphora.itests.wire.Peer;
import java.util.List;
import org.junit.Test;

/** Shared subscriptions (section 4.8.2). */
public final class SharedDialogues {

    @Test
    @Statement(mqtt5 = {"4.8.2-1", "4.8.2-2"})
    public void aShareNeedsANameAndAFilter() throws Exception {
        try (Peer five = Peers.five("h5")) {
            for (String filter :
                    List.of("$share//a", "$share/g", "$share/g/", "$share/g+/a", "$share/#/a", "$share/")) {
                five.ask(packet("82", "0001 00 '" + filter + "' 00"), "90 04 0001 00 8f");
            }
            five.ask(packet("82", "0001 00 '$share/g/h/#' 01"), "90 04 0001 00 01");
            five.publish5("h/x", "31");
            five.expect(packet("32", "'h/x' 0001 00 31"));
        }
    }

    @Test
    @Statement(mqtt5 = "4.8.2-3")
    public void theGrantedQosHoldsForTheMember() throws Exception {
        try (Peer zero = Peers.five("zero");
                Peer one = Peers.five("one");
                Peer publisher = Peers.five("publisher")) {
            zero.subscribe5("$share/q/qos/x", "00");
            one.subscribe5("$share/q/qos/x", "01");
            for (int i = 0; i < 2; i++) {
                publisher.ask(packet("34", "'qos/x' 0001 00 31"), "50 02 0001");
                publisher.ask("62 02 0001", "70 02 0001");
            }
            zero.expect(packet("30", "'qos/x' 00 31"));
            one.expect(packet("32", "'qos/x' 0001 00 31"));
            zero.expectNothing();
            one.expectNothing();
        }
    }

    @Test
    @Statement(mqtt5 = "4.8.2-4")
    public void aQos2MessageIsCompletedWithItsMember() throws Exception {
        Peer member = Peers.fiveKept("member", true);
        try (Peer other = Peers.five("other");
                Peer publisher = Peers.five("publisher")) {
            member.subscribe5("$share/m/complete", "02");
            publisher.ask(packet("34", "'complete' 0001 00 31"), "50 02 0001");
            publisher.ask("62 02 0001", "70 02 0001");
            member.expect(packet("34", "'complete' 0001 00 31"));
            other.subscribe5("$share/m/complete", "02");
            member.close();
            try (Peer again = Peers.fiveKept("member", false)) {
                again.expect(packet("3c", "'complete' 0001 00 31"));
                again.ask("50 02 0001", "62 02 0001");
                other.expectNothing();
            }
        }
    }

    @Test
    @Statement(mqtt5 = "4.8.2-5")
    public void aQos2MessageEndsWithItsSession() throws Exception {
        Peer member = Peers.five("member");
        try (Peer other = Peers.five("other");
                Peer publisher = Peers.five("publisher")) {
            member.subscribe5("$share/m/ends", "02");
            publisher.ask(packet("34", "'ends' 0001 00 31"), "50 02 0001");
            publisher.ask("62 02 0001", "70 02 0001");
            member.expect(packet("34", "'ends' 0001 00 31"));
            other.subscribe5("$share/m/ends", "02");
            member.send("e0 00");
            member.expectEnd();
            member.close();
            Peers.five("member").close();
            other.expectNothing();
        }
    }

    @Test
    @Statement(mqtt5 = "4.8.2-6")
    public void whatAMemberRefusesGoesToNoOther() throws Exception {
        try (Peer member = Peers.five("member");
                Peer other = Peers.five("other");
                Peer publisher = Peers.five("publisher")) {
            member.subscribe5("$share/m/refused", "02");
            publisher.publish5("refused", "31");
            member.expect(packet("32", "'refused' 0001 00 31"));
            other.subscribe5("$share/m/refused", "02");
            member.send("40 03 0001 83");
            member.expectNothing();
            other.expectNothing();
        }
    }
}
