// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

import java.util.List;

/**
 * An UNSUBSCRIBE.
 *
 * @param filters at least one [MQTT-3.10.3-2], as sent
 */
public record Unsubscribe(int packetId, List<String> filters) {

    /** @throws MqttProtocolException for no filter or packet identifier 0 */
    public Unsubscribe {
        filters = List.copyOf(filters);
        if (filters.isEmpty()) {
            throw new MqttProtocolException(ReasonCode.PROTOCOL_ERROR, "UNSUBSCRIBE without a topic filter");
        }
        if (packetId == 0) {
            throw new MqttProtocolException(ReasonCode.MALFORMED_PACKET, "UNSUBSCRIBE with packet identifier 0");
        }
    }
}
