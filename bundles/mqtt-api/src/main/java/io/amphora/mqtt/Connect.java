// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A CONNECT. What a client before MQTT 5 cannot say stands at the value that the specification gives to its absence;
 * clean session there is clean start with a session that ends with the connection, its opposite a session that never
 * expires.
 *
 * @param clientId as sent, empty if the client wants to be given one
 * @param cleanStart whether an existing session is discarded
 * @param keepAlive seconds, 0 to 65,535; 0 is off
 * @param sessionExpiry seconds that the session outlives the connection; {@link #NEVER} for ever
 * @param receiveMaximum QoS 1 and 2 messages that the client takes at once, 1 to 65,535
 * @param maximumPacketSize bytes of the largest packet that the client takes, if it says
 * @param topicAliasMaximum highest topic alias that the client takes, 0 to 65,535
 * @param requestProblemInformation whether reason strings are welcome in other packets than CONNACK and DISCONNECT
 * @param password read-only; never logged
 */
public record Connect(
        MqttVersion version,
        String clientId,
        boolean cleanStart,
        int keepAlive,
        long sessionExpiry,
        int receiveMaximum,
        OptionalLong maximumPacketSize,
        int topicAliasMaximum,
        boolean requestResponseInformation,
        boolean requestProblemInformation,
        Optional<String> username,
        Optional<ByteBuffer> password,
        Optional<Will> will,
        Optional<String> authenticationMethod,
        Optional<ByteBuffer> authenticationData,
        List<UserProperty> userProperties) {

    /** A session expiry that means for ever. */
    public static final long NEVER = 0xFFFF_FFFFL;

    public Connect {
        userProperties = List.copyOf(userProperties);
        password = password.map(ByteBuffer::asReadOnlyBuffer);
        authenticationData = authenticationData.map(ByteBuffer::asReadOnlyBuffer);
    }

    /** Without credentials and will. */
    @Override
    public String toString() {
        return "Connect[" + version + ", clientId=" + Printable.of(clientId) + ", cleanStart=" + cleanStart + "]";
    }
}
