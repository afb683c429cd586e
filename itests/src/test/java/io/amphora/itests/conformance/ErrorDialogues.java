// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import static io.amphora.itests.wire.Hex.counted;
import static io.amphora.itests.wire.Hex.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.wire.Hex;
import io.amphora.itests.wire.Peer;
import java.util.HexFormat;
import java.util.List;
import org.junit.Test;

/** DISCONNECT, AUTH, and packets that cannot be (sections 3.14, 3.15 and 4.13). */
public final class ErrorDialogues {

    @Test
    @Statement(mqtt311 = "3.14.1-1", mqtt5 = "3.14.1-1")
    public void disconnectWithFlagsIsMalformed() throws Exception {
        refuse("e1 00", "e1 00", "81");
        refuse("e8 00", "e8 00", "81");
    }

    @Test
    @Statement(mqtt311 = "3.6.1-1", mqtt5 = "3.6.1-1")
    public void pubrelWithOtherFlagsIsMalformed() throws Exception {
        for (String first : List.of("60", "61", "63", "6a")) {
            refuse(first + "02 0001", first + "02 0001", "81");
        }
    }

    @Test
    @Statement(
            mqtt311 = {"2.2.2-1", "2.2.2-2"},
            mqtt5 = "2.1.3-1")
    public void reservedFlagsEndTheConnection() throws Exception {
        for (String packet : List.of("41 02 0001", "51 02 0001", "72 02 0001", "c1 00", "c4 00")) {
            refuse(packet, packet, "81");
        }
    }

    @Test
    @Statement(mqtt5 = "3.15.1-1")
    public void authWithFlagsIsMalformed() throws Exception {
        try (Peer five = Peers.five("e5")) {
            five.send("f1 00");
            five.expectDisconnect("81");
        }
    }

    @Test
    @Statement(
            mqtt311 = "4.8.0-1",
            mqtt5 = {"4.13.1-1", "4.13.2-1", "3.14.2-1", "3.14.2-2", "3.14.4-1", "3.14.4-2", "3.14.0-1"})
    public void whatAClientMustNotSendEndsTheConnectionWithTheReason() throws Exception {
        for (String packet : List.of("20 02 0000", "90 03 0001 00", "b0 02 0001", "d0 00", "00 00")) {
            String code = packet.equals("00 00") ? "81" : "82";
            refuse(packet + "c0 00", packet + "c0 00", code); // and no PINGRESP
        }
        try (Peer five = Peers.five("e5", "02", "11 00000e10")) {
            five.send("d0 00");
            String disconnect = five.read();
            assertEquals(disconnect, "82", disconnect.substring(4, 6));
            byte[] bytes = Hex.bytes(disconnect);
            assertTrue(disconnect, bytes.length < 5 || bytes[4] == 0x1F); // a reason, and no session expiry
            five.expectEnd();
        }
    }

    @Test
    @Statement(mqtt5 = "1.5.5-1")
    public void theServersIntegersAreAsShortAsTheyCanBe() throws Exception {
        try (Peer five = Peers.five("e5")) {
            five.subscribe5("lengths", "00");
            for (int length : new int[] {1, 127 - 10, 128 - 10, 16_383 - 10, 16_384 - 10, 100_000}) {
                String packet = packet("30", "'lengths' 00" + "61".repeat(length));
                five.send(packet);
                assertEquals(packet.replace(" ", ""), five.read());
            }
            String name = "n".repeat(200);
            String packet = packet("30", "'lengths'" + counted("26 '" + name + "' ''"));
            five.send(packet);
            assertEquals(packet.replace(" ", ""), five.read());
        }
    }

    @Test
    @Statement(
            mqtt311 = {"7.0.0-2", "7.1.1-1"},
            mqtt5 = "4.2.0-1")
    public void aStreamOfBytesIsEnough() throws Exception {
        String connect = Hex.connect4("bytes", "02", "").replace(" ", "");
        String all = connect + packet("82", "0001 'bytes' 00") + packet("30", "'bytes' 31");
        byte[] bytes = Hex.bytes(all);
        try (Peer four = Peers.open()) {
            for (byte each : bytes) {
                four.send(HexFormat.of().toHexDigits(each));
            }
            four.expect("20 02 0000");
            four.expect("90 03 0001 00");
            four.expect(packet("30", "'bytes' 31"));
        }
    }

    private static void refuse(String packet4, String packet5, String code) throws Exception {
        try (Peer four = Peers.four("e4", true);
                Peer five = Peers.five("e5")) {
            four.send(packet4);
            four.expectEnd();
            five.send(packet5);
            five.expectDisconnect(code);
        }
    }
}
