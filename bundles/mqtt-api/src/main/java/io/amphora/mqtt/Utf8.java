// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

/** The rules for every UTF-8 encoded string of a packet [MQTT-1.5.4-1] [MQTT-1.5.4-2]. */
final class Utf8 {

    private static final int MAX_BYTES = 65_535;

    private Utf8() {}

    /** The string itself, if a packet may carry it. */
    static String requireValid(String value, ReasonCode otherwise) {
        if (value.length() > MAX_BYTES / 3 && encodedLength(value) > MAX_BYTES) {
            throw new MqttProtocolException(otherwise, "longer than 65535 bytes of UTF-8");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == 0) {
                throw new MqttProtocolException(otherwise, "contains U+0000");
            }
            if (Character.isSurrogate(c)) {
                i = requirePair(value, i, otherwise);
            }
        }
        return value;
    }

    private static int requirePair(String value, int high, ReasonCode otherwise) {
        if (high + 1 == value.length() || !Character.isSurrogatePair(value.charAt(high), value.charAt(high + 1))) {
            throw new MqttProtocolException(otherwise, "contains an unpaired surrogate");
        }
        return high + 1;
    }

    private static int encodedLength(String value) {
        int bytes = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isSurrogate(c)) {
                bytes += 2;
            } else {
                bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            }
        }
        return bytes;
    }
}
