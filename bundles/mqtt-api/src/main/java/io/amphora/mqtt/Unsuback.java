// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

import java.util.List;

/** An UNSUBACK: one reason code for each filter, in order; before MQTT 5 it carries none. */
public record Unsuback(int packetId, List<ReasonCode> reasonCodes) implements ServerPacket {

    public Unsuback {
        reasonCodes = List.copyOf(reasonCodes);
    }
}
