// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The properties of a message that travel from publisher to subscriber (section 3.3.2.3). Topic aliases and
 * subscription identifiers are not among them: they belong to one hop.
 *
 * @param payloadIsUtf8 the payload format indicator
 * @param messageExpiry seconds that the message is worth delivering, 0 to 2^32-1
 * @param correlationData read-only; use a duplicate to read it
 */
public record PublishProperties(
        boolean payloadIsUtf8,
        OptionalLong messageExpiry,
        Optional<String> contentType,
        Optional<TopicName> responseTopic,
        Optional<ByteBuffer> correlationData,
        List<UserProperty> userProperties) {

    /** No property at all: every message before MQTT 5. */
    public static final PublishProperties NONE = new PublishProperties(
            false, OptionalLong.empty(), Optional.empty(), Optional.empty(), Optional.empty(), List.of());

    public PublishProperties {
        userProperties = List.copyOf(userProperties);
        correlationData = correlationData.map(ByteBuffer::asReadOnlyBuffer);
    }
}
