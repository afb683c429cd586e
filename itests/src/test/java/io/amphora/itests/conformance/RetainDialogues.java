// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import static io.amphora.itests.wire.Hex.packet;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.wire.Peer;
import java.util.List;
import org.junit.Test;

/** Retained messages (sections 3.3.1.3 and 3.8.3.1). */
public final class RetainDialogues {

    @Test
    @Statement(
            mqtt311 = {"3.3.1-5", "3.3.1-6", "3.3.1-8"},
            mqtt5 = {"3.3.1-5", "3.3.1-9"})
    public void theLastRetainedMessageOfEachTopicIsSentToANewSubscription() throws Exception {
        try (Peer publisher = Peers.five("publisher");
                Peer four = Peers.four("p4", true);
                Peer five = Peers.five("p5")) {
            publisher.publish5("33", "retain/a", "", "31");
            publisher.publish5("33", "retain/a", "", "32");
            publisher.publish5("33", "retain/b", "", "33");
            four.subscribe4("retain/a", "02");
            four.expect(packet("33", "'retain/a' 0001 32"));
            five.subscribe5("retain/+", "02");
            List<String> both = List.of(five.read(), five.read());
            assertTrue(both.toString(), both.stream().anyMatch(each -> each.endsWith("0032")));
            assertTrue(both.toString(), both.stream().anyMatch(each -> each.endsWith("0033")));
            assertTrue(both.toString(), both.stream().allMatch(each -> each.startsWith("33")));
            clear(publisher, "retain/a", "retain/b");
        }
    }

    @Test
    @Statement(mqtt311 = "3.3.1-7")
    public void aRetainedMessageOfQos0TakesThePlace() throws Exception {
        try (Peer four = Peers.four("p4", true)) {
            four.publish4("33", "retain/zero", "31");
            four.send(packet("31", "'retain/zero' 32"));
            four.subscribe4("retain/zero", "02");
            four.expect(packet("31", "'retain/zero' 32"));
        }
        try (Peer publisher = Peers.four("p4", true)) {
            publisher.publish4("33", "retain/zero", "");
        }
    }

    @Test
    @Statement(
            mqtt311 = {"3.3.1-10", "3.3.1-11"},
            mqtt5 = {"3.3.1-6", "3.3.1-7"})
    public void anEmptyMessageRemovesWhatIsRetained() throws Exception {
        try (Peer four = Peers.four("p4", true);
                Peer watcher = Peers.five("watcher")) {
            watcher.subscribe5("retain/gone", "00");
            four.publish4("33", "retain/gone", "31");
            watcher.expect(packet("30", "'retain/gone' 00 31"));
            four.publish4("33", "retain/gone", "");
            watcher.expect(packet("30", "'retain/gone' 00"));
            watcher.subscribe5("retain/gone", "00");
            watcher.expectNothing();
            four.subscribe4("retain/gone", "00");
            four.expectNothing();
        }
    }

    @Test
    @Statement(mqtt311 = "3.3.1-12", mqtt5 = "3.3.1-8")
    public void aMessageWithoutRetainLeavesWhatIsRetainedAlone() throws Exception {
        try (Peer publisher = Peers.five("publisher");
                Peer four = Peers.four("p4", true)) {
            publisher.publish5("33", "retain/stays", "", "31");
            publisher.publish5("32", "retain/stays", "", "32");
            publisher.publish5("32", "retain/stays", "", "");
            publisher.publish5("32", "retain/never", "", "33");
            four.subscribe4("retain/stays", "00");
            four.expect(packet("31", "'retain/stays' 31"));
            four.subscribe4("retain/never", "00");
            four.expectNothing();
            clear(publisher, "retain/stays");
        }
    }

    @Test
    @Statement(
            mqtt311 = "3.3.1-9",
            mqtt5 = {"3.3.1-12", "3.3.1-13"})
    public void retainIsForwardedOnlyAsPublishedOnRequest() throws Exception {
        try (Peer publisher = Peers.five("publisher");
                Peer four = Peers.four("p4", true);
                Peer without = Peers.five("without");
                Peer with = Peers.five("with")) {
            four.subscribe4("retain/flag", "00");
            without.subscribe5("retain/flag", "00");
            with.subscribe5("retain/flag", "08");
            publisher.publish5("33", "retain/flag", "", "31");
            publisher.publish5("32", "retain/flag", "", "32");
            four.expect(packet("30", "'retain/flag' 31"));
            without.expect(packet("30", "'retain/flag' 00 31"));
            with.expect(packet("31", "'retain/flag' 00 31"));
            with.expect(packet("30", "'retain/flag' 00 32"));
            clear(publisher, "retain/flag");
        }
    }

    @Test
    @Statement(
            mqtt311 = "3.8.4-3",
            mqtt5 = {"3.3.1-9", "3.3.1-10", "3.3.1-11", "3.8.4-3", "3.8.4-4"})
    public void retainHandlingSaysWhenRetainedMessagesAreSent() throws Exception {
        try (Peer publisher = Peers.five("publisher");
                Peer four = Peers.four("p4", true);
                Peer five = Peers.five("p5")) {
            publisher.publish5("33", "retain/when", "", "31");
            five.subscribe5("retain/when", "20");
            five.expectNothing();
            five.subscribe5("retain/when", "10");
            five.expectNothing(); // it is there already
            five.subscribe5("retain/when", "00");
            five.expect(packet("31", "'retain/when' 00 31"));
            five.send(packet("a2", "0001 00 'retain/when'"));
            five.expect("b0 04 0001 00 00");
            five.subscribe5("retain/when", "11");
            five.expect(packet("33", "'retain/when' 0001 00 31"));
            four.subscribe4("retain/when", "00");
            four.expect(packet("31", "'retain/when' 31"));
            four.subscribe4("retain/when", "01");
            four.expect(packet("33", "'retain/when' 0001 31"));
            publisher.publish5("32", "retain/when", "", "32");
            four.expect(packet("32", "'retain/when' 0002 32")); // once, by the later subscription
            four.expectNothing();
            clear(publisher, "retain/when");
        }
    }

    private static void clear(Peer publisher, String... topics) throws Exception {
        for (String topic : topics) {
            publisher.publish5("33", topic, "", "");
        }
    }
}
