// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.ReasonCode;

/**
 * Which properties a client may send in which packet, how often, and with which values (section 2.2.2.2). Pure.
 */
final class PropertyRules {

    /** What carries properties. */
    enum Place {
        CONNECT,
        WILL,
        PUBLISH,
        ACKNOWLEDGEMENT,
        SUBSCRIBE,
        UNSUBSCRIBE,
        DISCONNECT,
        AUTH
    }

    private static final int AUTHENTICATION_METHOD = 0x15;
    private static final int AUTHENTICATION_DATA = 0x16;
    private static final int USER_PROPERTY = 0x26;

    /** Each takes about twenty times as much memory as bytes of the packet. */
    private static final int MOST_USER_PROPERTIES = 4_096;

    private PropertyRules() {}

    /** Checks a property length and the properties behind it. */
    static void check(PacketReader packet, Place place) {
        PacketReader properties = packet.part(packet.variableByteInteger());
        long seen = 0;
        int userProperties = 0;
        while (properties.remaining() > 0) {
            int id = properties.variableByteInteger();
            requireAllowed(id, place);
            long bit = 1L << id;
            if ((seen & bit) != 0 && id != USER_PROPERTY) {
                throw protocolError("property " + id + " stands twice");
            }
            seen |= bit;
            if (id == USER_PROPERTY && ++userProperties > MOST_USER_PROPERTIES) {
                throw new MqttProtocolException(
                        ReasonCode.QUOTA_EXCEEDED, "more than " + MOST_USER_PROPERTIES + " user properties");
            }
            checkValue(properties, id);
        }
        if ((seen & 1L << AUTHENTICATION_DATA) != 0 && (seen & 1L << AUTHENTICATION_METHOD) == 0) {
            throw protocolError("authentication data without a method");
        }
    }

    private static void requireAllowed(int id, Place place) {
        if (!allows(id, place)) {
            throw PacketReader.malformed("property " + id + " is not one of " + place); // section 2.2.2.2
        }
    }

    private static boolean allows(int id, Place place) {
        return switch (id) {
            case 0x01, 0x02, 0x03, 0x08, 0x09 -> place == Place.PUBLISH || place == Place.WILL;
            case 0x0B -> place == Place.SUBSCRIBE; // not PUBLISH: [MQTT-3.3.4-6]
            case 0x11 -> place == Place.CONNECT || place == Place.DISCONNECT;
            case AUTHENTICATION_METHOD, AUTHENTICATION_DATA -> place == Place.CONNECT || place == Place.AUTH;
            case 0x17, 0x19, 0x21, 0x22, 0x27 -> place == Place.CONNECT;
            case 0x18 -> place == Place.WILL;
            case 0x1F -> place == Place.ACKNOWLEDGEMENT || place == Place.DISCONNECT || place == Place.AUTH;
            case 0x23 -> place == Place.PUBLISH;
            case USER_PROPERTY -> true;
            default -> false;
        };
    }

    private static void checkValue(PacketReader properties, int id) {
        switch (id) {
            case 0x01, 0x17, 0x19 -> requireBoolean(properties.u8(), id);
            case 0x02, 0x11, 0x18 -> properties.skip(4);
            case 0x27 -> requireNotZero(properties.u32(), id);
            case 0x21 -> requireNotZero(properties.u16(), id);
            case 0x22 -> properties.skip(2);
            case 0x23 -> {
                if (properties.u16() == 0) {
                    throw new MqttProtocolException(ReasonCode.TOPIC_ALIAS_INVALID, "topic alias 0"); // [MQTT-3.3.2-8]
                }
            }
            case 0x0B -> requireNotZero(properties.variableByteInteger(), id);
            case 0x09, AUTHENTICATION_DATA -> properties.binary();
            case USER_PROPERTY -> {
                properties.string();
                properties.string();
            }
            default -> properties.string();
        }
    }

    private static void requireBoolean(int value, int id) {
        if (value > 1) {
            throw protocolError("property " + id + " is neither 0 nor 1");
        }
    }

    private static void requireNotZero(long value, int id) {
        if (value == 0) {
            throw protocolError("property " + id + " is 0");
        }
    }

    private static MqttProtocolException protocolError(String message) {
        return new MqttProtocolException(ReasonCode.PROTOCOL_ERROR, message);
    }
}
