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
 */
public record OutboundPublish(
        Message message,
        Qos qos,
        boolean retain,
        boolean duplicate,
        int packetId,
        List<Integer> subscriptionIdentifiers)
        implements ServerPacket {}
