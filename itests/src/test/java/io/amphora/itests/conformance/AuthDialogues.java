// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import static io.amphora.itests.wire.Hex.counted;
import static io.amphora.itests.wire.Hex.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.wire.Hex;
import io.amphora.itests.wire.Peer;
import java.util.HexFormat;
import org.junit.ClassRule;
import org.junit.Test;

/** Who a client is, and what goes wrong meanwhile: with a bundle that asks (sections 3.1.4, 3.15, 4.8 and 4.12). */
public final class AuthDialogues {

    private static final String METHOD = "15 'riddle'";
    private static final String WHO = "77686f";
    private static final String ME = "6d65";

    @ClassRule
    public static final GuardBundle GUARD = new GuardBundle();

    @Test
    @Statement(mqtt311 = "3.2.2-5", mqtt5 = "3.1.4-2")
    public void whoHasTheWrongPasswordIsSentAway() throws Exception {
        try (Peer five = Peers.open();
                Peer four = Peers.open()) {
            five.send(password5("who", "shut"));
            assertEquals("86", five.read().substring(6, 8));
            five.expectEnd();
            four.send(Hex.connect4("who", "c2", "'who' 'shut'"));
            four.expect("20 02 0004");
            four.expectEnd();
        }
        try (Peer five = Peers.welcomed(password5("who", "open"))) {
            five.expectNothing();
        }
    }

    @Test
    @Statement(mqtt311 = "4.8.0-2", mqtt5 = "4.13.1-1")
    public void whatCannotBeDealtWithNowEndsTheConnection() throws Exception {
        try (Peer four = Peers.open()) {
            four.send(Hex.connect4("trouble", "c2", "'trouble' 'open'"));
            four.expect("20 02 0003");
            four.expectEnd();
        }
        for (String first : new String[] {"30", "32", "34"}) {
            try (Peer four = Peers.welcomed(Hex.connect4("trouble", "c2", "'who' 'open'"))) {
                four.send(packet(first, "'trouble'" + (first.equals("30") ? "" : "0001") + "6f6b") + "c0 00");
                four.expectEnd();
            }
        }
    }

    @Test
    @Statement(mqtt5 = {"3.15.2-1", "4.12.0-2", "4.12.0-5"})
    public void theServerAsksWithAuthAndTheMethodOfConnect() throws Exception {
        try (Peer five = answered("riddle", ME)) {
            String connack = five.read();
            assertEquals(connack, "00", connack.substring(6, 8));
            assertTrue(connack, connack.contains(hex(METHOD)));
            five.ask(auth("19", ""), auth("18", WHO));
            five.expectNothing();
            five.ask(auth("18", ME), auth("00", "6f6b"));
        }
    }

    @Test
    @Statement(mqtt5 = {"3.15.2-2", "3.15.2-3", "3.1.2-24"})
    public void authIsNoLargerThanTheClientTakes() throws Exception {
        String question = auth("18", WHO);
        int largest = Hex.bytes(question).length;
        try (Peer five = Peers.open()) {
            five.send(connect(METHOD + "27" + String.format("%08x", largest)));
            five.expect(question);
        }
        try (Peer five = Peers.open()) {
            five.send(connect(METHOD + "27" + String.format("%08x", largest - 1)) + "c0 00");
            String answers = five.readAll();
            assertFalse(answers, answers.startsWith("f0"));
        }
    }

    @Test
    @Statement(mqtt5 = {"4.12.0-1", "4.12.0-4"})
    public void aWrongAnswerOrMethodEndsTheConnection() throws Exception {
        try (Peer five = answered("riddle", WHO)) {
            assertEquals("87", five.read().substring(6, 8));
            five.expectEnd();
        }
        try (Peer five = Peers.open()) {
            five.send(connect("15 'charade'"));
            assertEquals("8c", five.read().substring(6, 8));
            five.expectEnd();
        }
    }

    @Test
    @Statement(mqtt5 = "4.12.1-2")
    public void aWrongAnswerLaterEndsTheConnectionToo() throws Exception {
        try (Peer five = answered("riddle", ME)) {
            five.read();
            five.ask(auth("19", ""), auth("18", WHO));
            five.send(auth("18", WHO));
            five.expectDisconnect("87");
        }
    }

    @Test
    @Statement(mqtt5 = "4.12.0-6")
    public void whoNamesNoMethodIsNotAskedByOne() throws Exception {
        try (Peer five = Peers.open()) {
            five.send(password5("who", "open"));
            String connack = five.read();
            assertEquals(connack, "00", connack.substring(6, 8));
            assertFalse(connack, connack.contains(hex(METHOD)));
            five.expectNothing();
        }
    }

    /** A client that was asked and has answered. */
    private static Peer answered(String clientId, String answer) throws Exception {
        Peer peer = Peers.open();
        peer.send(Hex.connect5(clientId, "02", METHOD));
        peer.expect(auth("18", WHO));
        peer.send(auth("18", answer));
        return peer;
    }

    private static String connect(String properties) {
        return Hex.connect5("riddle", "02", properties);
    }

    private static String password5(String name, String password) {
        return packet("10", "'MQTT' 05 c2 0000 00 'guarded' '" + name + "' '" + password + "'");
    }

    private static String auth(String code, String data) {
        String property = data.isEmpty() ? "" : "16" + String.format("%04x", data.length() / 2) + data;
        return packet("f0", code + counted(METHOD + property));
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(Hex.bytes(text));
    }
}
