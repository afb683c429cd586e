// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;

/**
 * Packets written in hexadecimal, with blanks where they help, in which text in single quotes stands for its length in two
 * bytes and its UTF-8. Immutable.
 */
public final class Hex {

    private static final HexFormat HEX = HexFormat.of();

    private Hex() {}

    /** A packet whose remaining length is computed. */
    public static String packet(String first, String rest) {
        return text(new Body().raw(bytes(rest)).packet(HexFormat.fromHexDigits(first)));
    }

    /** Properties behind their length. */
    public static String counted(String properties) {
        return text(new Body().variable(bytes(properties).length).bytes()) + properties;
    }

    public static String connect5(String clientId, String flags, String properties) {
        return packet("10", "'MQTT' 05" + flags + "0000" + counted(properties) + "'" + clientId + "'");
    }

    /** With this payload behind the client identifier. */
    public static String connect4(String clientId, String flags, String payload) {
        return packet("10", "'MQTT' 04" + flags + "0000 '" + clientId + "'" + payload);
    }

    public static byte[] bytes(String text) {
        Body bytes = new Body();
        String[] parts = text.split("'", -1);
        for (int i = 0; i < parts.length; i++) {
            if (i % 2 == 1) {
                bytes.binary(parts[i].getBytes(UTF_8));
            } else {
                bytes.raw(HEX.parseHex(parts[i].replace(" ", "")));
            }
        }
        return bytes.bytes();
    }

    public static String text(byte[] bytes) {
        return HEX.formatHex(bytes);
    }
}
