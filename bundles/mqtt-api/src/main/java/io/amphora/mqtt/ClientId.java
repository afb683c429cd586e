// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

/**
 * The name of a session. Any string that a packet can carry, the empty one excepted: the broker assigns a name where
 * the client left it empty.
 *
 * @param value 1 to 65,535 bytes of UTF-8
 */
public record ClientId(String value) {

    /** @throws MqttProtocolException with 0x85 if {@code value} cannot name a client */
    public ClientId {
        if (value.isEmpty()) {
            throw new MqttProtocolException(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "empty client identifier");
        }
        Utf8.requireValid(value, ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
    }

    /** For log lines, where it is not obeyed; {@link #value()} is what it is. */
    @Override
    public String toString() {
        return Printable.of(value);
    }
}
