// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import static io.amphora.itests.wire.Hex.packet;

import io.amphora.itests.wire.Peer;
import java.util.List;
import org.junit.Test;

/** UNSUBSCRIBE and UNSUBACK (sections 3.10 and 3.11). */
public final class UnsubscribeDialogues {

    @Test
    @Statement(
            mqtt311 = {"3.10.4-1", "3.10.4-2", "3.10.4-4", "3.10.4-5", "3.10.4-6", "2.3.1-7"},
            mqtt5 = {"3.10.4-1", "3.10.4-2", "3.10.4-4", "3.10.4-5", "3.10.4-6", "3.11.3-1", "3.11.3-2", "2.2.1-6"})
    public void exactlyTheSameFiltersAreRemoved() throws Exception {
        try (Peer four = Peers.four("u4", true);
                Peer five = Peers.five("u5");
                Peer publisher = Peers.five("publisher")) {
            four.ask(packet("82", "0001 'un/a' 00 'un/+' 00"), packet("90", "0001 00 00"));
            five.ask(packet("82", "0001 00 'un/a' 00 'un/+' 00"), packet("90", "0001 00 00 00"));
            four.ask(packet("a2", "abcd 'un/A' 'un/+/' 'un/#'"), "b0 02 abcd");
            five.ask(packet("a2", "abcd 00 'un/A' 'un/+' 'un/#'"), packet("b0", "abcd 00 11 00 11"));
            publisher.publish5("un/a", "31");
            publisher.publish5("un/b", "32");
            four.expect(packet("30", "'un/a' 31"));
            four.expect(packet("30", "'un/b' 32"));
            five.expect(packet("30", "'un/a' 00 31"));
            four.ask(packet("a2", "abce 'un/a' 'un/+'"), "b0 02 abce");
            five.ask(packet("a2", "abce 00 'un/a'"), packet("b0", "abce 00 00"));
            publisher.publish5("un/a", "33");
            four.expectNothing();
            five.expectNothing();
        }
    }

    @Test
    @Statement(mqtt311 = "3.10.4-3", mqtt5 = "3.10.4-3")
    public void whatWasBegunIsCompleted() throws Exception {
        Peer five = Peers.fiveKept("u5", true);
        try (Peer publisher = Peers.five("publisher")) {
            five.subscribe5("begun", "02");
            publisher.ask(packet("34", "'begun' 0001 00 31"), "50 02 0001");
            publisher.ask("62 02 0001", "70 02 0001");
            five.expect(packet("34", "'begun' 0001 00 31"));
            five.ask(packet("a2", "0002 00 'begun'"), packet("b0", "0002 00 00"));
            five.ask("50 02 0001", "62 02 0001");
            five.close();
            try (Peer again = Peers.fiveKept("u5", false)) {
                again.expect("62 02 0001");
                again.send("70 02 0001");
                again.expectNothing();
            }
        }
    }

    @Test
    @Statement(mqtt311 = "3.10.1-1", mqtt5 = "3.10.1-1")
    public void otherFlagsEndTheConnection() throws Exception {
        for (String first : List.of("a0", "a3", "aa", "a6")) {
            refuse(packet(first, "0001 'a'"), packet(first, "0001 00 'a'"), "81");
        }
    }

    @Test
    @Statement(mqtt311 = "3.10.3-2", mqtt5 = "3.10.3-2")
    public void noFilterEndsTheConnection() throws Exception {
        refuse(packet("a2", "0001"), packet("a2", "0001 00"), "82");
    }

    @Test
    @Statement(mqtt311 = "3.10.3-1", mqtt5 = "3.10.3-1")
    public void aFilterThatIsNoStringEndsTheConnection() throws Exception {
        for (String wrong : List.of("0001 ff", "0003 eda080", "0001 00", "0005 61")) {
            refuse(packet("a2", "0001" + wrong), packet("a2", "0001 00" + wrong), "81");
        }
    }

    private static void refuse(String packet4, String packet5, String code) throws Exception {
        try (Peer four = Peers.four("u4", true);
                Peer five = Peers.five("u5")) {
            four.send(packet4);
            four.expectEnd();
            five.send(packet5);
            five.expectDisconnect(code);
        }
    }
}
