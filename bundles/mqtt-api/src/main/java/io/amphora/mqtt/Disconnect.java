// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A DISCONNECT, in either direction. Before MQTT 5 a broker cannot send one: the listener only closes the connection.
 *
 * @param sessionExpiry seconds, where the client changes what it said at CONNECT; never sent by a broker
 */
public record Disconnect(ReasonCode reasonCode, Optional<String> reason, OptionalLong sessionExpiry)
        implements ServerPacket {

    public static Disconnect of(ReasonCode reasonCode, String reason) {
        return new Disconnect(reasonCode, Optional.of(reason), OptionalLong.empty());
    }
}
