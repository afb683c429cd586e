// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static io.amphora.mqtt.netty.RawClient.packet;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** What clients say when nothing is wrong, for those who look for what is. Pure. */
final class Dialogues {

    private Dialogues() {}

    /** What is right: every packet that a client may send, with every property, in three versions. */
    static List<List<byte[]>> all() {
        String session = "11 00000e10 21 0010 27 00010000 22 000a 19 01 17 01 26 'k' 'v' 26 'k' 'w'";
        String later = "18 00000001 01 01 02 0000003c 03 't' 08 'r' 09 0001 01 26 'a' 'b'";
        String connect5 = packet(
                "10",
                "'MQTT' 05 f6 003c" + counted(session) + "'fuzz'" + counted(later) + "'will' 'gone' 'user' 'secret'");
        String plain5 = RawClient.connect5("fuzz5", "02", "");
        String connect4 = packet("10", "'MQTT' 04 c6 003c 'fuzz4' 'will' 'gone' 'user' 'secret'");
        String connect3 = packet("10", "'MQIsdp' 03 02 003c 'fuzz3'");
        String all = "01 01 02 0000003c 03 't' 08 'r' 09 0001 01 26 'a' 'b'";
        String properties = counted(all);
        return Stream.of(
                        List.of(connect5, packet("c0", ""), packet("e0", "04 00")),
                        List.of(
                                plain5,
                                packet("82", "0001 02 0b05 'f/+' 2a 'f/#' 01 '$share/g/f/x' 02"),
                                packet("30", "'f/x'" + properties + "6869"),
                                packet("32", "'f/x' 0002" + properties + "6869"),
                                packet("34", "'f/x' 0003" + properties + "6869"),
                                packet("62", "0003"),
                                packet("40", "0001"),
                                packet("50", "0002 00 00"),
                                packet("70", "0002 92 00"),
                                packet("a2", "0004 00 'f/+' 'f/#'"),
                                packet("e0", "00 05 11 00000000")),
                        List.of(
                                plain5,
                                packet("32", "'f/y' 0001 03 230001 6869"),
                                packet("33", "'' 0002 03 230001"),
                                packet("82", "0005 00 'f/y' 04 'f/y' 10 'f/y' 20")),
                        List.of(
                                connect4,
                                packet("82", "0001 'f/+' 00 'f/#' 02"),
                                packet("31", "'f/x' 6869"),
                                packet("3b", "'f/x' 0002 6869"),
                                packet("34", "'f/x' 0003 6869"),
                                packet("62", "0003"),
                                packet("a2", "0004 'f/+'"),
                                packet("c0", ""),
                                packet("e0", "")),
                        List.of(connect3, packet("82", "0001 'f' 01"), packet("32", "'f' 0002 6869")),
                        List.of(
                                packet("10", "'MQTT' 05 02 0000" + counted("15 'SCRAM'") + "'auth'"),
                                packet("f0", "18" + counted("15 'SCRAM'"))))
                .map(packets -> packets.stream().map(RawClient::bytes).toList())
                .toList();
    }

    /** Properties behind their length. */
    private static String counted(String properties) {
        return HexFormat.of().toHexDigits((byte) RawClient.bytes(properties).length) + properties;
    }
}
