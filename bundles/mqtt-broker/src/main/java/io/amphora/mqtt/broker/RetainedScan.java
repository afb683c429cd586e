// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.Iterator;
import java.util.Optional;

/**
 * The retained messages that a new subscription is sent: looked up in the order of their topics as the client takes them,
 * so that they take no room in its queue. What changes meanwhile is sent as it is then, never as it was before what a
 * subscriber has seen already. The topic of the last one says where to go on, on another connection and after a
 * restart. Guarded by the session.
 */
final class RetainedScan {

    /** Before all topics. */
    static final String BEGINNING = "";

    private final RetainedMessages retained;
    private final Subscription subscription;
    private String after;
    private Iterator<String> rest;
    private String next;
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

    /** The next message as it is now; nothing if there are no more, or as far as may be looked for it there is none. */
    Optional<Delivery> peek(Looks looks, long nanoTime) {
        while (next != null || findNext(looks)) {
            Optional<Delivery.Arrival> current = retained.find(next, nanoTime);
            if (current.isPresent()) {
                return current.map(subscription::delivery);
            }
            next = null;
        }
        return Optional.empty();
    }

    private boolean findNext(Looks looks) {
        while (rest().hasNext() && looks.take()) {
            String topic = rest().next();
            if (TopicMatch.matches(subscription.filter().pattern(), topic)) {
                next = topic;
                return true;
            }
        }
        return false;
    }

    private Iterator<String> rest() {
        rest = rest == null ? retained.topics(subscription.filter(), after) : rest;
        return rest;
    }

    /** Whether there are no more. */
    boolean isOver() {
        return next == null && !rest().hasNext();
    }

    /** Goes past the message that was seen last. */
    void remove() {
        after = next;
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
