// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.SubscriptionOptions;
import io.amphora.mqtt.TopicFilter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * That a session wants the messages of a filter. Immutable; one is like another only if it is the same.
 */
final class Subscription {

    private final Session session;
    private final TopicFilter filter;
    private final SubscriptionOptions options;
    private final OptionalInt identifier;
    private final long number;

    /** @param number names it in the session store */
    Subscription(
            Session session, TopicFilter filter, SubscriptionOptions options, OptionalInt identifier, long number) {
        this.number = number;
        this.session = session;
        this.filter = filter;
        this.options = options;
        this.identifier = identifier;
    }

    Session session() {
        return session;
    }

    long number() {
        return number;
    }

    TopicFilter filter() {
        return filter;
    }

    SubscriptionOptions options() {
        return options;
    }

    OptionalInt identifier() {
        return identifier;
    }

    /** The identifier as PUBLISH carries it. */
    List<Integer> identifiers() {
        return identifier.isPresent() ? List.of(identifier.getAsInt()) : List.of();
    }

    /** A retained message as this subscription is to see it [MQTT-3.3.1-8]. */
    Delivery delivery(Delivery.Arrival retained) {
        Qos qos = options.maximumQos().min(retained.message().qos());
        return new Delivery(retained, qos, true, identifiers());
    }

    /** Whether it leaves out what this client published, because that is the subscriber itself. */
    boolean isLocal(Optional<ClientId> publisher) {
        return options.noLocal() && publisher.isPresent() && publisher.get().equals(session.id());
    }
}
