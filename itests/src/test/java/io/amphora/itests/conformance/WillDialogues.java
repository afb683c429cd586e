// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import static io.amphora.itests.wire.Hex.counted;
import static io.amphora.itests.wire.Hex.packet;

import io.amphora.itests.wire.Peer;
import java.util.List;
import org.junit.Test;

/** Wills (section 3.1.2.5). */
public final class WillDialogues {

    private static final List<String> PROPERTIES =
            List.of("01 01", "03 't'", "08 'r'", "09 0001 01", "26 'b' '1' 26 'a' '2' 26 'b' '3'");

    @Test
    @Statement(
            mqtt311 = {"3.1.2-8", "3.1.2-16"},
            mqtt5 = {"3.1.2-7", "3.1.2-8", "3.1.2-14"})
    public void aWillIsPublishedWhenTheConnectionFails() throws Exception {
        try (Peer watcher = Peers.five("watcher")) {
            watcher.subscribe5("will/fails/+", "29"); // retain as published
            Peers.welcomed(will4("w4", "0e", "will/fails/4")).close();
            watcher.expect(packet("32", "'will/fails/4' 0001 00 676f6e65"));
            Peers.welcomed(will5("w5", "0e", "", "will/fails/5")).close();
            watcher.expect(packet("32", "'will/fails/5' 0002 00 676f6e65"));
        }
    }

    @Test
    @Statement(mqtt311 = "3.1.2-17", mqtt5 = "3.1.2-15")
    public void aWillWithRetainIsRetained() throws Exception {
        try (Peer watcher = Peers.five("watcher")) {
            watcher.subscribe5("will/kept/+", "29");
            Peers.welcomed(will4("w4", "2e", "will/kept/4")).close();
            watcher.expect(packet("33", "'will/kept/4' 0001 00 676f6e65"));
            Peers.welcomed(will5("w5", "2e", "", "will/kept/5")).close();
            watcher.expect(packet("33", "'will/kept/5' 0002 00 676f6e65"));
            watcher.send(packet("82", "0001 00 'will/kept/4' 00"));
            watcher.expect("90 04 0001 00 00");
            watcher.expect(packet("31", "'will/kept/4' 00 676f6e65"));
            for (String topic : List.of("will/kept/4", "will/kept/5")) {
                watcher.send(packet("31", "'" + topic + "' 00"));
                watcher.read();
            }
        }
    }

    @Test
    @Statement(
            mqtt311 = {"3.1.2-10", "3.1.2-12", "3.14.4-3"},
            mqtt5 = {"3.1.2-10", "3.14.4-3"})
    public void afterDisconnectThereIsNoWill() throws Exception {
        try (Peer watcher = Peers.five("watcher");
                Peer four = Peers.welcomed(will4("w4", "0e", "will/none"));
                Peer five = Peers.welcomed(will5("w5", "0e", "", "will/none"))) {
            watcher.subscribe5("will/none", "01");
            for (Peer peer : List.of(four, five)) {
                peer.send("e0 00");
                peer.expectEnd();
            }
            Peers.four("without", true).close();
            watcher.expectNothing();
        }
    }

    @Test
    @Statement(mqtt5 = "3.1.2-8")
    public void disconnectWithWillPublishesIt() throws Exception {
        try (Peer watcher = Peers.five("watcher");
                Peer five = Peers.welcomed(will5("w5", "06", "", "will/asked"))) {
            watcher.subscribe5("will/asked", "01");
            five.send("e0 01 04");
            watcher.expect(packet("30", "'will/asked' 00 676f6e65"));
        }
    }

    @Test
    @Statement(mqtt5 = {"3.1.2-8", "3.1.3-9"})
    public void aWillWithDelayWaitsAndIsDroppedIfTheClientComesBack() throws Exception {
        try (Peer watcher = Peers.five("watcher")) {
            watcher.subscribe5("will/delayed/+", "00");
            String back = "'MQTT' 05 06 0000" + counted("11 00000e10") + "'back'" + counted("18 00000001");
            Peers.welcomed(packet("10", back + "'will/delayed/back' 'gone'")).close();
            try (Peer returned = Peers.fiveKept("back", false)) {
                String stays = "'MQTT' 05 06 0000" + counted("11 00000e10") + "'stays'" + counted("18 00000002");
                Peers.welcomed(packet("10", stays + "'will/delayed/stays' 'gone'"))
                        .close();
                watcher.expect(packet("30", "'will/delayed/stays' 00 676f6e65")); // a second after the other's time
                returned.expectNothing();
                watcher.expectNothing();
            }
        }
    }

    @Test
    @Statement(mqtt5 = {"3.1.3-10", "3.3.2-18"})
    public void aWillKeepsItsProperties() throws Exception {
        String properties = String.join("", PROPERTIES);
        try (Peer watcher = Peers.five("watcher")) {
            watcher.subscribe5("will/properties", "00");
            Peers.welcomed(will5("w5", "06", properties, "will/properties")).close();
            watcher.expectPublish(packet("30", "'will/properties'" + counted(properties) + "676f6e65"), PROPERTIES);
        }
    }

    private static String will4(String id, String flags, String topic) {
        return packet("10", "'MQTT' 04" + flags + "0000 '" + id + "' '" + topic + "' 'gone'");
    }

    private static String will5(String id, String flags, String properties, String topic) {
        return packet(
                "10", "'MQTT' 05" + flags + "0000 00 '" + id + "'" + counted(properties) + "'" + topic + "' 'gone'");
    }
}
