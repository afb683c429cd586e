// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Qos;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.spi.SessionStore.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The subscriptions of one session, which are in the index as long as they are here, and the retained messages that the
 * client is still to be sent for them. Tells what has to be stored of them under the session's number in the store, which
 * is nothing if that is 0. Guarded by the session.
 */
final class SessionSubscriptions {

    /** Topics that a subscription looks at to see whether it has any retained messages. */
    private static final int FIRST_LOOKS = 64;

    private final SubscriptionIndex index;
    private final SessionSpace space;
    private long bytes; // as if no other session had the levels of its filters
    private Map<TopicFilter, Subscription> all = Map.of(); // a HashMap from two on
    private int shared;
    private Map<TopicFilter, RetainedScan> scans = Map.of(); // those that are not over
    private RetainedScan seen; // where the last message was seen

    SessionSubscriptions(SubscriptionIndex index, SessionSpace space) {
        this.index = index;
        this.space = space;
    }

    int size() {
        return all.size();
    }

    /** Bytes of memory, all levels of filters included. */
    long bytes() {
        return bytes;
    }

    private void count(TopicFilter filter, int sign) {
        space.add(sign * Footprint.of(filter));
        bytes += sign * (Footprint.of(filter) + Footprint.ofLevels(filter));
    }

    boolean contains(TopicFilter filter) {
        return all.containsKey(filter);
    }

    boolean hasShared() {
        return shared > 0;
    }

    /** Those that are shared. */
    List<Subscription> shared() {
        return !hasShared()
                ? List.of()
                : all.values().stream()
                        .filter(subscription -> subscription.filter().isShared())
                        .toList();
    }

    /**
     * Adds or replaces one; returns what stores that.
     *
     * @param scan for the retained messages to send; one that is under way goes on otherwise
     */
    List<Change> add(Subscription subscription, Optional<RetainedScan> scan, long number, long nanoTime) {
        Subscription before = add(subscription);
        scan.filter(begun -> begun.peek(new Looks(FIRST_LOOKS), nanoTime).isPresent() || !begun.isOver())
                .or(() -> Optional.ofNullable(scans.get(subscription.filter())).map(each -> each.by(subscription)))
                .ifPresent(this::send);
        if (number == 0) {
            return List.of();
        }
        List<Change> changes = new ArrayList<>(2);
        changes.add(Persistence.subscription(number, subscription, place(subscription)));
        if (before != null) {
            changes.add(Change.remove(Persistence.subscriptionKey(number, before)));
        }
        return changes;
    }

    /** Adds one that is stored already. */
    void restore(Subscription subscription, Optional<RetainedScan> scan) {
        add(subscription);
        scan.ifPresent(this::send);
    }

    private void send(RetainedScan scan) {
        scans = scans.isEmpty() ? new LinkedHashMap<>(4) : scans;
        scans.put(scan.subscription().filter(), scan);
    }

    /** Where its retained messages go on, if there are any left that have to survive. */
    private Optional<String> place(Subscription subscription) {
        return survives(subscription)
                ? Optional.ofNullable(scans.get(subscription.filter())).map(RetainedScan::after)
                : Optional.empty();
    }

    private static boolean survives(Subscription subscription) {
        return subscription.options().maximumQos() != Qos.AT_MOST_ONCE;
    }

    /** Whether retained messages may be left to send. */
    boolean hasRetained() {
        return !scans.isEmpty();
    }

    /** The next retained message to send, if it is found with so many looks. */
    Optional<Delivery> peekRetained(Looks looks, long nanoTime) {
        for (RetainedScan scan : scans.values()) {
            Optional<Delivery> next = scan.peek(looks, nanoTime);
            if (next.isPresent()) {
                seen = scan;
                return next;
            }
            if (!scan.isOver()) {
                return next;
            }
        }
        return Optional.empty();
    }

    /** The message that was seen last was sent. */
    void removeRetained() {
        seen.remove();
        seen = null;
    }

    /** Notes how far the retained messages have come, and adds what stores that. */
    void noteRetained(long number, List<Change> changes) {
        for (Iterator<RetainedScan> each = scans.values().iterator(); each.hasNext(); ) {
            RetainedScan scan = each.next();
            Subscription subscription = scan.subscription();
            boolean over = scan.isOver();
            if (over) {
                each.remove();
            }
            if (number != 0 && survives(subscription) && (over || scan.hasMoved())) {
                changes.add(Persistence.subscription(number, subscription, place(subscription)));
            }
            if (!over) {
                return; // the others have not begun
            }
        }
    }

    /** Adds or replaces one without a word to the store; returns the one that it replaces, or null. */
    Subscription add(Subscription subscription) {
        Subscription before = put(subscription);
        if (before == null) {
            index.add(subscription);
            count(subscription.filter(), 1);
            shared += subscription.filter().isShared() ? 1 : 0;
        } else {
            index.replace(before, subscription);
        }
        return before;
    }

    /** Most sessions have one, which needs no table. */
    private Subscription put(Subscription subscription) {
        TopicFilter filter = subscription.filter();
        Subscription before = all.get(filter);
        if (all.size() == (before == null ? 0 : 1)) {
            all = Map.of(filter, subscription);
        } else {
            all = all.size() == 1 ? new HashMap<>(all) : all;
            all.put(filter, subscription);
        }
        return before;
    }

    /** Removes the one with that filter; returns it, or null if there is none. */
    Subscription remove(TopicFilter filter) {
        Subscription gone = all.get(filter);
        if (gone != null) {
            index.remove(gone);
            count(filter, -1);
            if (all.size() == 1) {
                all = Map.of();
            } else {
                all.remove(filter);
            }
            shared -= filter.isShared() ? 1 : 0;
            if (!scans.isEmpty()) {
                scans.remove(filter);
            }
        }
        return gone;
    }

    /** Removes all; returns what removes them from the store. */
    List<Change> clear(long number) {
        List<Change> removals = new ArrayList<>(all.size());
        for (Subscription subscription : all.values()) {
            index.remove(subscription);
            count(subscription.filter(), -1);
            if (number != 0) {
                removals.add(Change.remove(Persistence.subscriptionKey(number, subscription)));
            }
        }
        all = Map.of();
        shared = 0;
        scans = Map.of();
        return removals;
    }
}
