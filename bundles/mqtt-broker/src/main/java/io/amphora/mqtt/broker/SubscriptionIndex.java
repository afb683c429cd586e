// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Who gets a message: ordinary subscriptions and the groups of shared ones (section 4.8.2). Thread-safe. */
final class SubscriptionIndex {

    private final TopicTree<Subscription> ordinary = new TopicTree<>();
    private final TopicTree<ShareGroup> groups = new TopicTree<>();
    private final Map<String, Known> groupOfFilter = new ConcurrentHashMap<>();
    private final ReferenceQueue<ShareGroup> forgotten = new ReferenceQueue<>();

    private final AtomicInteger shared = new AtomicInteger();

    void add(Subscription subscription) {
        if (subscription.filter().isShared()) {
            join(subscription);
        } else {
            ordinary.add(subscription.filter().pattern(), subscription);
        }
    }

    /** Puts a subscription in the place of another of the same session and filter. */
    void replace(Subscription subscription, Subscription by) {
        if (subscription.filter().isShared()) {
            group(subscription.filter().value()).replace(subscription, by);
        } else {
            ordinary.replace(subscription.filter().pattern(), subscription, by);
        }
    }

    void remove(Subscription subscription) {
        if (subscription.filter().isShared()) {
            leave(subscription);
        } else {
            ordinary.remove(subscription.filter().pattern(), subscription);
        }
    }

    /** Subscriptions, the shared ones included. */
    int size() {
        return ordinary.size() + sharedSize();
    }

    /** Levels of filters, those that filters begin with alike once. */
    int levels() {
        return ordinary.nodes() + groups.nodes();
    }

    int sharedSize() {
        return shared.get();
    }

    boolean hasSubscribers(String topic) {
        return ordinary.matchesAny(topic) || groups.matchesAny(topic);
    }

    /** The ordinary subscriptions that match. */
    TopicTree.Matches<Subscription> matches(String topic) {
        return ordinary.match(topic);
    }

    /** Subscriptions, those of one session together. */
    static Collection<List<Subscription>> bySession(List<Subscription> subscriptions) {
        Map<Session, List<Subscription>> bySession = new LinkedHashMap<>();
        for (Subscription subscription : subscriptions) {
            bySession
                    .computeIfAbsent(subscription.session(), session -> new ArrayList<>(1))
                    .add(subscription);
        }
        return bySession.values();
    }

    /** The groups of shared subscriptions that match. */
    List<ShareGroup> groups(String topic) {
        return sharedSize() == 0 ? List.of() : groups.match(topic).all();
    }

    /** The group of a shared subscription's filter: the same for all, with members or without, as long as it matters. */
    ShareGroup group(String filter) {
        dropForgotten();
        while (true) {
            Known known = groupOfFilter.get(filter);
            ShareGroup group = known == null ? null : known.get();
            if (group != null) {
                return group;
            }
            ShareGroup made = new ShareGroup(filter);
            Known next = new Known(made, forgotten);
            if (known == null
                    ? groupOfFilter.putIfAbsent(filter, next) == null
                    : groupOfFilter.replace(filter, known, next)) {
                return made;
            }
        }
    }

    private void join(Subscription subscription) {
        shared.incrementAndGet();
        ShareGroup group = group(subscription.filter().value());
        synchronized (group) {
            boolean first = group.isEmpty();
            group.add(subscription);
            if (first) {
                groups.add(subscription.filter().pattern(), group);
            }
        }
    }

    private void leave(Subscription subscription) {
        shared.decrementAndGet();
        ShareGroup group = group(subscription.filter().value());
        synchronized (group) {
            group.remove(subscription);
            if (group.isEmpty()) {
                groups.remove(subscription.filter().pattern(), group);
            }
        }
    }

    private void dropForgotten() {
        for (Reference<?> gone = forgotten.poll(); gone != null; gone = forgotten.poll()) {
            Known known = (Known) gone;
            groupOfFilter.remove(known.filter, known);
        }
    }

    /** A group that is known as long as it has members, which the tree sees to, or messages, which refer to it. */
    private static final class Known extends WeakReference<ShareGroup> {

        private final String filter;

        Known(ShareGroup group, ReferenceQueue<ShareGroup> forgotten) {
            super(group, forgotten);
            this.filter = group.filter();
        }
    }
}
