// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import static io.amphora.itests.wire.Hex.connect4;
import static io.amphora.itests.wire.Hex.connect5;
import static io.amphora.itests.wire.Hex.counted;
import static io.amphora.itests.wire.Hex.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.wire.Hex;
import io.amphora.itests.wire.Peer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.Test;

/** CONNECT and CONNACK (sections 3.1 and 3.2). */
public final class ConnectDialogues {

    private static final List<String> BEFORE_CONNECT = List.of(
            packet("30", "'a' 00"), packet("82", "0001 00 'a' 00"), "c000", "e000", packet("40", "0001"), "f000");

    @Test
    @Statement(
            mqtt311 = {"3.1.0-1", "4.8.0-1"},
            mqtt5 = {"3.1.0-1", "3.14.0-1"})
    public void anyOtherFirstPacketEndsTheConnection() throws Exception {
        for (String first : BEFORE_CONNECT) {
            try (Peer peer = Peers.open()) {
                peer.send(first);
                peer.expectEnd();
            }
        }
    }

    @Test
    @Statement(
            mqtt311 = "3.1.0-2",
            mqtt5 = {"3.1.0-2", "3.2.0-2"})
    public void aSecondConnectEndsTheConnection() throws Exception {
        try (Peer five = Peers.five("twice");
                Peer four = Peers.four("twice4", true)) {
            five.send(connect5("twice", "02", ""));
            five.expectDisconnect("82");
            four.send(connect4("twice4", "02", ""));
            four.expectEnd();
        }
    }

    @Test
    @Statement(mqtt311 = "3.1.2-1")
    public void anotherProtocolNameAtTheLevelOf311IsNotAnswered() throws Exception {
        for (String start : List.of("'mqtt' 04", "'MQIsdp' 04", "'HTTP' 04", "'MQIsdp' 84")) {
            try (Peer peer = Peers.open()) {
                peer.send(packet("10", start + "02 0000 'x'"));
                peer.expectEnd();
            }
        }
    }

    @Test
    @Statement(
            mqtt311 = {"3.1.2-1", "3.1.2-2"},
            mqtt5 = {"3.1.2-1", "3.1.2-2"})
    public void anotherProtocolOrVersionIsRefused() throws Exception {
        for (String start : List.of("'MQTT' 06", "'MQTT' 03", "'HTTP' 05", "'MQIsdp' 05")) {
            try (Peer peer = Peers.open()) {
                peer.send(packet("10", start + "02 0000 'x'"));
                String connack = peer.read();
                assertTrue(
                        connack,
                        connack.equals("20020001") || connack.substring(4, 8).equals("0084"));
                peer.expectEnd();
            }
        }
    }

    @Test
    @Statement(
            mqtt311 = {"3.1.2-3", "3.1.4-1", "3.2.2-6"},
            mqtt5 = {"3.1.2-3", "3.1.4-1", "4.13.2-1"})
    public void theReservedFlagIsRefused() throws Exception {
        assertRefused4(connect4("reserved", "03", ""));
        assertRefused5(connect5("reserved", "03", ""));
    }

    @Test
    @Statement(
            mqtt311 = {"3.1.2-11", "3.1.2-13", "3.1.2-14", "3.1.2-15"},
            mqtt5 = {"3.1.2-11", "3.1.2-12", "3.1.2-13"})
    public void willFlagsThatContradictEachOtherAreRefused() throws Exception {
        for (String flags : List.of("0a", "12", "22", "2a")) { // QoS or retain of a will that is not there
            assertRefused4(connect4("will", flags, ""));
            assertRefused5(connect5("will", flags, ""));
        }
        assertRefused4(connect4("will", "1e", "'t' 'm'"));
        assertRefused5(packet("10", "'MQTT' 05 1e 0000 00 'will' 00 't' 'm'"));
        assertRefused4(connect4("will", "02", "'t' 'm'"));
    }

    @Test
    @Statement(
            mqtt311 = {"3.1.2-9", "3.1.2-18", "3.1.2-19", "3.1.2-20", "3.1.2-21"},
            mqtt5 = {"3.1.2-9", "3.1.2-16", "3.1.2-17", "3.1.2-18", "3.1.2-19"})
    public void aPayloadThatDoesNotFitTheFlagsIsRefused() throws Exception {
        for (String flags : List.of("06", "82", "c2")) {
            assertRefused4(connect4("less", flags, ""));
            assertRefused5(connect5("less", flags, ""));
        }
        assertRefused4(connect4("more", "02", "'user'"));
        assertRefused4(connect4("more", "82", "'user' 'secret'"));
        assertRefused5(packet("10", "'MQTT' 05 02 0000 00 'more' 'user'"));
        assertRefused5(packet("10", "'MQTT' 05 82 0000 00 'more' 'user' 'secret'"));
    }

    @Test
    @Statement(mqtt311 = "3.1.2-22")
    public void aPasswordWithoutUserNameIsRefused() throws Exception {
        assertRefused4(connect4("password", "42", "'secret'"));
    }

    @Test
    @Statement(
            mqtt311 = {"3.1.3-1", "3.1.4-4"},
            mqtt5 = {"3.1.3-1", "3.1.4-5"})
    public void allFieldsInTheirOrderAreTaken() throws Exception {
        Peers.welcomed(connect4("full", "c6", "'t' 'm' 'user' 'secret'")).close();
        Peers.welcomed(packet("10", "'MQTT' 05 c6 0000 00 'full' 00 't' 'm' 'user' 'secret'"))
                .close();
    }

    @Test
    @Statement(
            mqtt311 = {"1.5.3-1", "1.5.3-2", "3.1.3-4", "3.1.3-10", "3.1.3-11"},
            mqtt5 = {"3.1.3-4", "3.1.3-11", "3.1.3-12"})
    public void stringsThatAreNotUtf8AreRefused() throws Exception {
        for (String wrong : List.of("0001 ff", "0003 eda080", "0002 c080", "0001 00")) {
            assertRefused4(packet("10", "'MQTT' 04 02 0000" + wrong));
            assertRefused4(packet("10", "'MQTT' 04 06 0000 'id'" + wrong + "'m'"));
            assertRefused4(packet("10", "'MQTT' 04 82 0000 'id'" + wrong));
            assertRefused5(packet("10", "'MQTT' 05 02 0000 00" + wrong));
            assertRefused5(packet("10", "'MQTT' 05 06 0000 00 'id' 00" + wrong + "'m'"));
            assertRefused5(packet("10", "'MQTT' 05 82 0000 00 'id'" + wrong));
        }
    }

    @Test
    @Statement(
            mqtt311 = {"3.1.3-3", "3.1.3-5"},
            mqtt5 = {"3.1.3-3", "3.1.3-5"})
    public void everyIdentifierOf1To23LettersAndDigitsIsTaken() throws Exception {
        for (String id : List.of("a", "0123456789abcdefghijklm", "nopqrstuvwxyzABCDEFGHIJ", "KLMNOPQRSTUVWXYZ")) {
            Peers.four(id, true).close();
            Peers.five(id).close();
        }
        assertRefused4(packet("10", "'MQTT' 04 02 0000"));
        assertRefused5(packet("10", "'MQTT' 05 02 0000 00"));
    }

    @Test
    @Statement(
            mqtt311 = "3.1.3-6",
            mqtt5 = {"3.1.3-6", "3.1.3-7", "3.2.2-16"})
    public void whoHasNoIdentifierIsGivenOne() throws Exception {
        try (Peer one = Peers.open();
                Peer other = Peers.open();
                Peer four = Peers.four("", true)) {
            one.send(connect5("", "02", ""));
            other.send(connect5("", "02", ""));
            String first = assigned(one.read());
            assertNotEquals(first, assigned(other.read()));
            one.expectNothing();
            four.expectNothing();
            Peer same = Peers.five(new String(Hex.bytes(first), StandardCharsets.UTF_8));
            one.expectDisconnect("8e");
            same.close();
        }
    }

    @Test
    @Statement(
            mqtt311 = {"3.1.3-8", "3.1.3-9", "3.2.2-4", "3.2.2-5"},
            mqtt5 = "3.1.3-8")
    public void noIdentifierAndNoCleanSessionIsRefused() throws Exception {
        try (Peer four = Peers.open()) {
            four.send(connect4("", "00", ""));
            four.expect("20 02 00 02");
            four.expectEnd();
        }
    }

    @Test
    @Statement(mqtt311 = "3.1.4-2", mqtt5 = "3.1.4-3")
    public void anotherWithTheSameIdentifierTakesOver() throws Exception {
        try (Peer first = Peers.five("contended")) {
            Peer second = Peers.four("contended", true);
            first.expectDisconnect("8e");
            Peer third = Peers.five("contended");
            second.expectEnd();
            third.expectNothing();
            second.close();
            third.close();
        }
    }

    @Test
    @Statement(
            mqtt311 = {"3.1.4-5", "3.2.0-1"},
            mqtt5 = {"3.1.4-6", "3.2.0-1", "3.2.2-6", "3.2.2-7", "3.2.2-8", "4.12.0-1", "4.12.0-4"})
    public void afterARefusalNothingIsProcessed() throws Exception {
        try (Peer watcher = Peers.five("watcher");
                Peer refused = Peers.open()) {
            watcher.subscribe5("refused/#", "01");
            refused.send(packet("10", "'MQTT' 05 02 0000" + counted("15 'nonsense'") + "'refused'")
                    + packet("30", "'refused/x' 00 6869"));
            String connack = refused.read();
            assertEquals(connack, "008c", connack.substring(4, 8));
            refused.expectEnd();
            watcher.expectNothing();
        }
        try (Peer watcher = Peers.five("watcher");
                Peer refused = Peers.open()) {
            watcher.subscribe5("refused/#", "01");
            refused.send(connect4("", "00", "") + packet("30", "'refused/x' 6869"));
            refused.expect("20 02 00 02");
            refused.expectEnd();
            watcher.expectNothing();
        }
    }

    @Test
    @Statement(mqtt5 = {"3.2.2-1", "3.1.2-28", "4.12.0-6"})
    public void connackSaysWhatIsTrueAndNothingThatWasNotAskedFor() throws Exception {
        try (Peer peer = Peers.open()) {
            peer.send(connect5("plain", "02", "19 00"));
            String connack = peer.read();
            assertEquals(connack, "0000", connack.substring(4, 8));
            byte[] bytes = Hex.bytes(connack);
            for (int i = 5; i < bytes.length; ) { // properties of 4, 2 and 2 bytes are all that comes
                int size =
                        switch (bytes[i]) {
                            case 0x27, 0x11 -> 4;
                            case 0x21, 0x22, 0x13 -> 2;
                            case 0x24, 0x25, 0x28, 0x29, 0x2A -> 1;
                            default -> throw new AssertionError("property " + bytes[i] + " in " + connack);
                        };
                i += 1 + size;
            }
        }
    }

    @Test
    @Statement(
            mqtt311 = "3.1.2-24",
            mqtt5 = {"3.1.2-22", "3.2.2-22"})
    public void silenceForLongerThanTheKeepAliveEndsTheConnection() throws Exception {
        String connect5 = packet("10", "'MQTT' 05 06 0001 00 'silent' 00 'silence/5' 'gone'");
        String connect4 = packet("10", "'MQTT' 04 06 0001 'silent4' 'silence/4' 'gone'");
        try (Peer watcher = Peers.five("watcher");
                Peer five = Peers.welcomed(connect5);
                Peer four = Peers.welcomed(connect4)) {
            watcher.subscribe5("silence/+", "00");
            five.expectDisconnect("8d");
            four.expectEnd();
            List<String> wills = List.of(watcher.read(), watcher.read());
            assertTrue(wills.toString(), wills.contains(hex(packet("30", "'silence/5' 00 676f6e65"))));
            assertTrue(wills.toString(), wills.contains(hex(packet("30", "'silence/4' 00 676f6e65"))));
        }
    }

    private static void assertRefused4(String connect) throws Exception {
        try (Peer peer = Peers.open()) {
            peer.send(connect);
            peer.expectEnd();
        }
    }

    private static void assertRefused5(String connect) throws Exception {
        try (Peer peer = Peers.open()) {
            peer.send(connect);
            String connack = peer.read();
            assertEquals(connack, "20", connack.substring(0, 2));
            assertEquals(connack, "00", connack.substring(4, 6));
            assertTrue(connack, List.of("81", "82").contains(connack.substring(6, 8)));
            peer.expectEnd();
        }
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(Hex.bytes(text));
    }

    /** The assigned client identifier in a CONNACK, in hexadecimal. */
    private static String assigned(String connack) {
        byte[] bytes = Hex.bytes(connack);
        for (int i = 5; i < bytes.length; ) {
            if (bytes[i] == 0x12) {
                return HexFormat.of().formatHex(bytes, i + 3, i + 3 + bytes[i + 2]);
            }
            i += 1 + (bytes[i] == 0x27 || bytes[i] == 0x11 ? 4 : 2);
        }
        throw new AssertionError("no assigned client identifier in " + connack);
    }
}
