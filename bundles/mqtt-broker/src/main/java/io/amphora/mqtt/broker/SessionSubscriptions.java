// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.spi.SessionStore.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The subscriptions of one session, which are in the index as long as they are here. Tells what has to be stored of them
 * under the session's number in the store, which is nothing if that is 0. Guarded by the session.
 */
final class SessionSubscriptions {

    private final SubscriptionIndex index;
    private Map<TopicFilter, Subscription> all = Map.of(); // a HashMap from two on

    SessionSubscriptions(SubscriptionIndex index) {
        this.index = index;
    }

    int size() {
        return all.size();
    }

    boolean contains(TopicFilter filter) {
        return all.containsKey(filter);
    }

    /** Groups of those that are shared. */
    List<ShareGroup> groups() {
        List<ShareGroup> groups = new ArrayList<>(0);
        for (TopicFilter filter : all.keySet()) {
            if (filter.isShared()) {
                index.group(filter.value()).ifPresent(groups::add);
            }
        }
        return groups;
    }

    /** What stores all of them. */
    List<Change> stored(long number) {
        return all.values().stream()
                .map(each -> Persistence.subscription(number, each))
                .toList();
    }

    /** Adds or replaces one; returns what stores that. */
    List<Change> add(Subscription subscription, long number) {
        Subscription before = add(subscription);
        if (number == 0) {
            return List.of();
        }
        List<Change> changes = new ArrayList<>(2);
        changes.add(Persistence.subscription(number, subscription));
        if (before != null) {
            changes.add(Change.remove(Persistence.subscriptionKey(number, before)));
        }
        return changes;
    }

    /** Adds or replaces one that is stored already; returns the one that it replaces, or null. */
    Subscription add(Subscription subscription) {
        Subscription before = put(subscription);
        if (before == null) {
            index.add(subscription);
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
            if (all.size() == 1) {
                all = Map.of();
            } else {
                all.remove(filter);
            }
        }
        return gone;
    }

    /** Removes all; returns what removes them from the store. */
    List<Change> clear(long number) {
        List<Change> removals = new ArrayList<>(all.size());
        for (Subscription subscription : all.values()) {
            index.remove(subscription);
            if (number != 0) {
                removals.add(Change.remove(Persistence.subscriptionKey(number, subscription)));
            }
        }
        all = Map.of();
        return removals;
    }
}
