// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.Iterator;
import java.util.Optional;

/**
 * The retained messages that a new subscription is sent: looked up in the order of their topics as the client takes them,
 * so that they take no room in its queue. The topic of the last one says where to go on, on another connection and after a
 * restart. Guarded by the session.
 */
final class RetainedScan {

    /** Before all topics. */
    static final String BEGINNING = "";

    private final RetainedMessages retained;
    private final Subscription subscription;
    private String after;
    private Iterator<Delivery.Arrival> rest;
    private Delivery next;
    private boolean moved;

    /** @param after topic of the last message that the client was sent, or {@link #BEGINNING} */
    RetainedScan(RetainedMessages retained, Subscription subscription, String after) {
        this.retained = retained;
        this.subscription = subscription;
        this.after = after;
    }

    /** The same for a subscription that has come in the place of the one that it began for. */
    RetainedScan by(Subscription successor) {
        return new RetainedScan(retained, successor, after);
    }

    Subscription subscription() {
        return subscription;
    }

    /** The next message; nothing if there are no more. */
    Optional<Delivery> peek(long nanoTime) {
        if (rest == null) {
            rest = retained.matching(subscription.filter(), after, nanoTime);
        }
        if (next == null && rest.hasNext()) {
            next = subscription.delivery(rest.next());
        }
        return Optional.ofNullable(next);
    }

    /** Goes past the message that was seen last. */
    void remove() {
        after = next.message().topic().value();
        next = null;
        moved = true;
    }

    /** Whether it has gone on since this was asked last. */
    boolean hasMoved() {
        boolean did = moved;
        moved = false;
        return did;
    }

    /** Topic after which it goes on. */
    String after() {
        return after;
    }
}
