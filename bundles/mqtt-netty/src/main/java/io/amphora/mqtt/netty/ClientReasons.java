// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.ReasonCode;

/** Which reason codes a client may use in which packet (sections 3.4 to 3.7 and 3.14 to 3.15). Pure. */
final class ClientReasons {

    private ClientReasons() {}

    /** @param type of the packet: 4 PUBACK, 5 PUBREC, 6 PUBREL, 7 PUBCOMP */
    static void checkAcknowledgement(int type, int code) {
        boolean known = type <= 5
                ? switch (code) {
                    case 0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99 -> true;
                    default -> false;
                }
                : code == 0x00 || code == 0x92;
        require(known, code);
    }

    static void checkDisconnect(int code) {
        require(
                switch (code) {
                    case 0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99 -> true;
                    default -> false;
                },
                code);
    }

    static void checkAuth(int code) {
        if (code == 0) {
            throw new MqttProtocolException(ReasonCode.PROTOCOL_ERROR, "only a broker says that AUTH succeeded");
        }
        require(code == 0x18 || code == 0x19, code); // [MQTT-3.15.2-1]
    }

    private static void require(boolean known, int code) {
        if (!known) {
            throw PacketReader.malformed("reason code " + code); // [MQTT-3.4.2-1] and its like
        }
    }
}
