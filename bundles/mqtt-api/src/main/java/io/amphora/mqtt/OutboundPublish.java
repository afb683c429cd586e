// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

import java.util.List;

/**
 * A PUBLISH to a subscriber.
 *
 * @param qos of this delivery, at most the message's
 * @param retain as this subscriber is to see it
 * @param duplicate whether this is a retransmission
 * @param packetId 1 to 65,535; 0 with QoS 0
 * @param subscriptionIdentifiers of the subscriptions that matched, 1 to 268,435,455 each
 * @param topicAlias 1 to 65,535; 0 for none
 * @param topicKnown whether the client knows the alias already, so that the topic is left out
 */
public record OutboundPublish(
        Message message,
        Qos qos,
        boolean retain,
        boolean duplicate,
        int packetId,
        List<Integer> subscriptionIdentifiers,
        int topicAlias,
        boolean topicKnown)
        implements ServerPacket {

    /** Without a topic alias. */
    public OutboundPublish(
            Message message,
            Qos qos,
            boolean retain,
            boolean duplicate,
            int packetId,
            List<Integer> subscriptionIdentifiers) {
        this(message, qos, retain, duplicate, packetId, subscriptionIdentifiers, 0, false);
    }

    /** The same with a topic alias. */
    public OutboundPublish withAlias(int alias, boolean known) {
        return new OutboundPublish(message, qos, retain, duplicate, packetId, subscriptionIdentifiers, alias, known);
    }
}
