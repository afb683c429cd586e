// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

import java.util.Optional;

/**
 * A PUBACK, PUBREC, PUBREL or PUBCOMP, in either direction.
 *
 * @param packetId 1 to 65,535
 * @param reason the reason string, for a person; only MQTT 5 carries it
 */
public record Acknowledgement(Type type, int packetId, ReasonCode reasonCode, Optional<String> reason)
        implements ServerPacket {

    /** Which of the four. */
    public enum Type {
        PUBACK,
        PUBREC,
        PUBREL,
        PUBCOMP
    }

    /** @throws MqttProtocolException if the packet identifier is 0 */
    public Acknowledgement {
        if (packetId == 0) {
            throw new MqttProtocolException(ReasonCode.MALFORMED_PACKET, type + " with packet identifier 0");
        }
    }

    public static Acknowledgement success(Type type, int packetId) {
        return new Acknowledgement(type, packetId, ReasonCode.SUCCESS, Optional.empty());
    }
}
