// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Message;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.Qos;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A message on its way to one subscriber. Immutable.
 *
 * @param qos of this delivery
 * @param retain as the subscriber is to see it
 * @param subscriptionIdentifiers of the subscriptions that matched
 * @param group of the shared subscription that the message came by, if it did
 * @param place of the message in the session store; null if it is not there, since an Optional for each of millions of
 *     messages that wait would take memory
 */
record Delivery(
        Arrival arrival,
        Qos qos,
        boolean retain,
        List<Integer> subscriptionIdentifiers,
        Optional<ShareGroup> group,
        Stored place) {

    /** Of an ordinary subscription, and not stored. */
    Delivery(Arrival arrival, Qos qos, boolean retain, List<Integer> subscriptionIdentifiers) {
        this(arrival, qos, retain, subscriptionIdentifiers, Optional.empty(), null);
    }

    /** To the one subscription of a session that matches. */
    static Delivery of(Arrival arrival, Subscription subscription) {
        Message message = arrival.message();
        return new Delivery(
                arrival,
                subscription.options().maximumQos().min(message.qos()),
                subscription.options().retainAsPublished() && message.retain(), // [MQTT-3.3.1-12] [MQTT-3.3.1-13]
                subscription.identifiers());
    }

    /** To the one member of a group whose turn it is. */
    static Delivery shared(Arrival arrival, Subscription member, ShareGroup group) {
        Message message = arrival.message();
        return new Delivery(
                arrival,
                member.options().maximumQos().min(message.qos()),
                member.options().retainAsPublished() && message.retain(),
                member.identifiers(),
                Optional.of(group),
                null);
    }

    /** The same, which is in the store. */
    Delivery in(Stored at) {
        return new Delivery(arrival, qos, retain, subscriptionIdentifiers, group, at);
    }

    /** Whether it came by a shared subscription of that group. */
    boolean isOf(ShareGroup members) {
        return group.isPresent() && group.get() == members;
    }

    /** The same, which came by a shared subscription if there is a group. */
    Delivery by(Optional<ShareGroup> members) {
        return new Delivery(arrival, qos, retain, subscriptionIdentifiers, members, place);
    }

    /** Where the message is in the session store, if it is. */
    Optional<Stored> stored() {
        return Optional.ofNullable(place);
    }

    Message message() {
        return arrival.message();
    }

    /** Bytes that it takes in a queue. */
    long size() {
        return Footprint.of(message()) + Footprint.ofIdentifiers(subscriptionIdentifiers.size());
    }

    /** The packet to send at a moment before the message has expired. */
    OutboundPublish packet(int packetId, boolean duplicate, long nanoTime) {
        return new OutboundPublish(
                arrival.messageAt(nanoTime), qos, retain, duplicate, packetId, subscriptionIdentifiers);
    }

    /** A message and the moment it came in, from which its expiry counts. */
    record Arrival(Message message, long nanoTime) {

        /** Whether the message is no longer worth delivering [MQTT-3.3.2-5]. */
        boolean hasExpired(long now) {
            OptionalLong expiry = message.properties().messageExpiry();
            return expiry.isPresent() && secondsSince(now) >= expiry.getAsLong();
        }

        /** The message with what is left of its expiry [MQTT-3.3.2-6]. */
        Message messageAt(long now) {
            PublishProperties had = message.properties();
            if (had.messageExpiry().isEmpty()) {
                return message;
            }
            long left = Math.max(0, had.messageExpiry().getAsLong() - secondsSince(now));
            PublishProperties has = new PublishProperties(
                    had.payloadIsUtf8(),
                    OptionalLong.of(left),
                    had.contentType(),
                    had.responseTopic(),
                    had.correlationData(),
                    had.userProperties());
            return new Message(message.topic(), message.payload(), message.qos(), message.retain(), has);
        }

        private long secondsSince(long now) {
            return Math.max(0, now - nanoTime) / 1_000_000_000L;
        }
    }
}
