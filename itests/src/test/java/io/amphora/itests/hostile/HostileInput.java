// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.hostile;

import static io.amphora.itests.wire.Hex.counted;
import static io.amphora.itests.wire.Hex.packet;

import io.amphora.itests.wire.Hex;
import io.amphora.itests.wire.Peer;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TestRule;
import org.junit.rules.Timeout;

/** Packets that are cut off, wrong in one byte, or come when they may not. */
public final class HostileInput {

    private static final String ALL = "01 01 02 0000003c 03 't' 08 'r' 09 0001 01 26 'a' 'b'";
    private static final String CONNECT5 = packet("10", "'MQTT' 05 02 0000 00 'hostile5'");
    private static final String CONNECT4 = packet("10", "'MQTT' 04 02 0000 'hostile4'");

    @Rule
    public final Timeout timeout = Timeout.seconds(300);

    @Rule
    public final TestRule stillServing = HostileIT.STILL_SERVING;

    @Test
    public void everyPacketMayEndAtEveryByte() throws Exception {
        for (Sent sent : packets()) {
            for (int length = 0; length < sent.bytes().length; length++) {
                dialogue(sent.before(), Arrays.copyOf(sent.bytes(), length));
            }
        }
    }

    @Test
    public void everyByteOfEveryPacketMayBeWrong() throws Exception {
        for (Sent sent : packets()) {
            for (int at = 0; at < sent.bytes().length; at++) {
                for (int bit = 0; bit < 8; bit++) {
                    byte[] wrong = sent.bytes().clone();
                    wrong[at] ^= (byte) (1 << bit);
                    dialogue(sent.before(), wrong);
                }
                for (int value : new int[] {0, 0xFF}) {
                    byte[] wrong = sent.bytes().clone();
                    wrong[at] = (byte) value;
                    dialogue(sent.before(), wrong);
                }
            }
        }
    }

    @Test
    public void everyPacketMayComeBeforeConnectOrAfterDisconnect() throws Exception {
        for (Sent sent : packets()) {
            dialogue("", sent.bytes());
            dialogue(sent.before() + "e0 00", sent.bytes());
        }
    }

    /** Sends a packet behind others, and nothing more; whatever comes back, the broker ends it. */
    private static void dialogue(String before, byte[] packet) throws IOException {
        try (Peer peer = peer()) {
            peer.send(before + HexFormat.of().formatHex(packet));
            peer.sendEnd();
            peer.readAll();
        } catch (SocketException e) {
            return; // reset: the broker was done with it before it had read all
        }
    }

    private static Peer peer() throws IOException {
        return new Peer(HostileIT.address());
    }

    /** A packet, and what comes before it. */
    private record Sent(String before, String packet) {

        byte[] bytes() {
            return Hex.bytes(packet);
        }
    }

    /** Every packet that a client may send, with every property. */
    private static List<Sent> packets() {
        String session = "11 00000001 21 0010 27 00010000 22 000a 19 01 17 01 26 'k' 'v'";
        List<Sent> packets = new ArrayList<>();
        for (String connect : List.of(
                packet(
                        "10",
                        "'MQTT' 05 c6 0000" + counted(session) + "'h'" + counted("18 00000000" + ALL)
                                + "'will' 'gone' 'user' 'secret'"),
                packet("10", "'MQTT' 04 c6 0000 'h' 'will' 'gone' 'user' 'secret'"),
                packet("10", "'MQIsdp' 03 02 0000 'h'"))) {
            packets.add(new Sent("", connect));
        }
        for (String five : List.of(
                packet("30", "'h/a'" + counted(ALL) + "6869"),
                packet("32", "'h/a' 0001" + counted("23 0001") + "6869"),
                packet("34", "'h/a' 0002 00 6869"),
                packet("40", "0001 00" + counted("1f 'r' 26 'a' 'b'")),
                packet("50", "0001 00 00"),
                packet("62", "0001 92 00"),
                packet("70", "0001"),
                packet("82", "0003" + counted("0b 05 26 'a' 'b'") + "'h/+' 2a '$share/g/h' 01"),
                packet("a2", "0004" + counted("26 'a' 'b'") + "'h/+' 'h'"),
                packet("c0", ""),
                packet("e0", "00" + counted("11 00000000 1f 'r' 26 'a' 'b'")),
                packet("f0", "18" + counted("15 'm' 16 0001 00")))) {
            packets.add(new Sent(CONNECT5, five));
        }
        for (String four : List.of(
                packet("30", "'h/a' 6869"),
                packet("34", "'h/a' 0002 6869"),
                packet("40", "0001"),
                packet("62", "0001"),
                packet("82", "0003 'h/+' 02"),
                packet("a2", "0004 'h/+'"),
                packet("e0", ""))) {
            packets.add(new Sent(CONNECT4, four));
        }
        return packets;
    }
}
