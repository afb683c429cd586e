// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import static io.amphora.itests.wire.Hex.packet;
import static org.junit.Assert.assertEquals;

import io.amphora.itests.wire.Peer;
import java.util.List;
import org.junit.Test;

/** Topic names and filters (section 4.7). */
public final class TopicDialogues {

    @Test
    @Statement(
            mqtt311 = {"4.7.1-2", "4.7.1-3", "4.7.3-1", "4.8.0-1"},
            mqtt5 = {"4.7.1-1", "4.7.1-2", "4.7.3-1"})
    public void filtersWithMisplacedWildcardsOrNothingAreRefused() throws Exception {
        for (String filter : List.of("a#", "a/#/b", "#/a", "a+", "+a", "a/b+/c", "##", "")) {
            try (Peer four = Peers.four("t4", true);
                    Peer five = Peers.five("t5")) {
                four.send(packet("82", "0001 'good' 00 '" + filter + "' 00"));
                four.expectEnd();
                five.send(packet("82", "0001 00 '" + filter + "' 00"));
                five.expect("90 04 0001 00 8f");
                five.ask(packet("a2", "0001 00 '" + filter + "'"), "b0 04 0001 00 8f");
            }
            try (Peer four = Peers.four("t4", true)) {
                four.send(packet("a2", "0001 'good' '" + filter + "'"));
                four.expectEnd();
            }
        }
        try (Peer four = Peers.four("t4", true);
                Peer five = Peers.five("t5")) {
            four.send(packet("30", "'' 6869"));
            four.expectEnd();
            five.send(packet("30", "'' 00 6869"));
            five.expectDisconnect("82");
        }
    }

    @Test
    @Statement(
            mqtt311 = {"4.7.1-2", "4.7.1-3"},
            mqtt5 = {"4.7.1-1", "4.7.1-2"})
    public void wildcardsMatchLevels() throws Exception {
        assertMatch("match/#", "match", "match/", "match/a", "match/a/b");
        assertMatch("match/+", "match/", "match/a");
        assertMatch("+/match/+", "/match/", "a/match/b");
        assertMatch("/+", "/match");
        assertMatch("match/+/b/#", "match/a/b", "match//b", "match/a/b/c");
        assertNoMatch("match/+", "match", "match/a/b", "other/a");
        assertNoMatch("+", "/match", "match/a");
        assertNoMatch("match/#", "matches", "other/match");
    }

    @Test
    @Statement(mqtt311 = "4.7.2-1", mqtt5 = "4.7.2-1")
    public void wildcardsInFrontDoNotMatchDollarTopics() throws Exception {
        assertNoMatch("#", "$dollar/x", "$dollar");
        assertNoMatch("+/x", "$dollar/x");
        assertMatch("$dollar/#", "$dollar/x");
        assertMatch("$dollar/+", "$dollar/x");
    }

    @Test
    @Statement(
            mqtt311 = {"4.7.3-4", "1.5.3-3"},
            mqtt5 = {"4.7.3-4", "1.5.4-3"})
    public void topicsAreComparedAsTheyAre() throws Exception {
        assertNoMatch("accent/caf\u00e9", "accent/cafe\u0301", "ACCENT/caf\u00e9", "accent/caf\u00e9/");
        assertMatch("accent/caf\u00e9", "accent/caf\u00e9");
        assertNoMatch("mark", "\ufeffmark");
        assertMatch("\ufeffmark", "\ufeffmark");
        assertMatch("\ud83d\udce1/+", "\ud83d\udce1/ x ");
    }

    @Test
    @Statement(
            mqtt311 = {"4.7.3-2", "1.5.3-1", "1.5.3-2"},
            mqtt5 = {"4.7.3-2", "1.5.4-1", "1.5.4-2"})
    public void topicsThatAreNoStringsEndTheConnection() throws Exception {
        for (String topic : List.of("0003 610062", "0001 ff", "0003 eda080", "0004 f4908080")) {
            try (Peer four = Peers.four("t4", true);
                    Peer five = Peers.five("t5")) {
                four.send(packet("30", topic));
                four.expectEnd();
                five.send(packet("30", topic + "00"));
                five.expectDisconnect("81");
            }
        }
    }

    @Test
    @Statement(mqtt311 = "4.7.3-3", mqtt5 = "4.7.3-3")
    public void aTopicMayHave65535Bytes() throws Exception {
        String topic = "l/" + "x".repeat(65_533);
        try (Peer five = Peers.five("t5")) {
            five.subscribe5("l/+", "00");
            five.send(packet("30", "'" + topic + "' 00"));
            assertEquals(packet("30", "'" + topic + "' 00").replace(" ", ""), five.read());
        }
    }

    private static void assertMatch(String filter, String... topics) throws Exception {
        try (Peer four = Peers.four("t4", true);
                Peer publisher = Peers.four("publisher", true)) {
            four.subscribe4(filter, "00");
            for (String topic : topics) {
                publisher.publish4("32", topic, "31");
                four.expect(packet("30", "'" + topic + "' 31"));
            }
        }
    }

    private static void assertNoMatch(String filter, String... topics) throws Exception {
        try (Peer four = Peers.four("t4", true);
                Peer publisher = Peers.four("publisher", true)) {
            four.subscribe4(filter, "00");
            for (String topic : topics) {
                publisher.publish4("32", topic, "31");
            }
            four.expectNothing();
        }
    }
}
