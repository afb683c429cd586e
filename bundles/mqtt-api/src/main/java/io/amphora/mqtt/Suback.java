// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

import java.util.List;

/** A SUBACK: one reason code for each request, in order [MQTT-3.9.3-1]. */
public record Suback(int packetId, List<ReasonCode> reasonCodes) implements ServerPacket {

    public Suback {
        reasonCodes = List.copyOf(reasonCodes);
    }
}
