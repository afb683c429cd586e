// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.UserProperty;
import io.amphora.mqtt.Will;
import java.util.Optional;

/**
 * Bytes of heap that the state of clients takes: estimates for a 64-bit JVM with compressed references, where a string has
 * up to two bytes for each character. Pure.
 */
final class Footprint {

    /** A node of the topic tree: itself, its table, and the entry of its name there. */
    static final int LEVEL = 208;

    /** A packet identifier of a received QoS 2 message. */
    static final int RECEIVED_ID = 96;

    private static final int SESSION = 512;
    private static final int SUBSCRIPTION = 320;
    private static final int GROUP = 320;
    private static final int MESSAGE = 128;
    private static final int USER_PROPERTY = 112;
    private static final int IDENTIFIER = 20;

    private Footprint() {}

    /** A message as it waits or is retained. */
    static long of(Message message) {
        return (long) MESSAGE
                + message.payload().remaining()
                + message.topic().value().length()
                + of(message.properties());
    }

    /** The properties of a message, for which the publisher alone decides how many there are. */
    static long of(PublishProperties properties) {
        long bytes = properties.contentType().map(Footprint::text).orElse(0L)
                + properties.responseTopic().map(topic -> text(topic.value())).orElse(0L)
                + properties
                        .correlationData()
                        .map(data -> 64L + data.remaining())
                        .orElse(0L);
        for (UserProperty each : properties.userProperties()) {
            bytes += USER_PROPERTY
                    + 2L * each.name().length()
                    + 2L * each.value().length();
        }
        return bytes;
    }

    private static long text(String value) {
        return 64 + 2L * value.length();
    }

    /** The identifiers of the subscriptions that a message came by. */
    static long ofIdentifiers(int count) {
        return (long) IDENTIFIER * count;
    }

    /** A session without subscriptions. */
    static long of(ClientId id) {
        return SESSION + 2L * id.value().length();
    }

    static long of(Optional<Will> will) {
        return will.map(last -> of(last.message())).orElse(0L);
    }

    /** A subscription without the levels of its filter, which others may have in common. */
    static long of(TopicFilter filter) {
        return SUBSCRIPTION + 4L * filter.value().length() + (filter.isShared() ? GROUP : 0);
    }

    /** The levels of a filter. */
    static long ofLevels(TopicFilter filter) {
        return (long) LEVEL * Bounds.levels(filter.pattern());
    }
}
