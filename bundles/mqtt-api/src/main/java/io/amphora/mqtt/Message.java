// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

import java.nio.ByteBuffer;

/**
 * An application message as the broker keeps and routes it. Unlike the payload of a {@link Publish}, its payload is its
 * own: nobody changes or frees the memory.
 *
 * @param payload read-only, on the heap, its position never moved: use {@link ByteBuffer#duplicate()} to read
 * @param retain as the publisher set it
 */
public record Message(TopicName topic, ByteBuffer payload, Qos qos, boolean retain, PublishProperties properties) {

    public Message {
        payload = payload.isReadOnly() ? payload : payload.asReadOnlyBuffer();
    }

    /** A message of {@code bytes}, which the caller does not change afterwards. */
    public static Message of(TopicName topic, byte[] bytes, Qos qos) {
        return new Message(topic, ByteBuffer.wrap(bytes), qos, false, PublishProperties.NONE);
    }
}
