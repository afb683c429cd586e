// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A CONNACK. A refusal has no other content than code and reason; before MQTT 5 the listener maps its code to the five
 * return codes of that time.
 *
 * @param reason a sentence for a person, sent as the reason string
 * @param assignedClientId the name that the broker gave
 * @param serverKeepAlive seconds, where the broker overrules the client's
 * @param sessionExpiry seconds, where the broker overrules the client's
 * @param receiveMaximum QoS 1 and 2 messages that the broker takes at once from this client
 * @param maximumPacketSize bytes of the largest packet that the broker takes
 * @param topicAliasMaximum highest topic alias that the broker takes
 * @param responseInformation basis for response topics, where the client asked
 * @param serverReference another broker to use, with 0x9C and 0x9D
 * @param authenticationMethod as the client named it, after enhanced authentication
 * @param authenticationData for the client to check the broker by; read-only, never logged
 */
public record Connack(
        boolean sessionPresent,
        ReasonCode reasonCode,
        Optional<String> reason,
        Optional<ClientId> assignedClientId,
        OptionalInt serverKeepAlive,
        OptionalLong sessionExpiry,
        OptionalInt receiveMaximum,
        OptionalInt maximumPacketSize,
        OptionalInt topicAliasMaximum,
        Optional<String> responseInformation,
        Optional<String> serverReference,
        Optional<String> authenticationMethod,
        Optional<ByteBuffer> authenticationData)
        implements ServerPacket {

    public Connack {
        authenticationData = authenticationData.map(ByteBuffer::asReadOnlyBuffer);
    }

    /** A refusal; the connection is closed after it. */
    public static Connack refused(ReasonCode reasonCode, String reason) {
        return refused(reasonCode, reason, Optional.empty());
    }

    /** A refusal that may name another broker. */
    public static Connack refused(ReasonCode reasonCode, String reason, Optional<String> serverReference) {
        return new Connack(
                false,
                reasonCode,
                Optional.of(reason),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                serverReference,
                Optional.empty(),
                Optional.empty());
    }
}
