// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Who gets a message: ordinary subscriptions and the groups of shared ones (section 4.8.2). Thread-safe. */
final class SubscriptionIndex {

    private final TopicTree<Subscription> ordinary = new TopicTree<>();
    private final TopicTree<ShareGroup> groups = new TopicTree<>();
    private final Map<String, ShareGroup> groupOfFilter = new ConcurrentHashMap<>();

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
            groupOfFilter.computeIfPresent(subscription.filter().value(), (filter, group) -> {
                group.replace(subscription, by);
                return group;
            });
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
        return groupOfFilter.isEmpty() ? List.of() : groups.match(topic).all();
    }

    /** The group of a shared subscription's filter, as long as it has members. */
    Optional<ShareGroup> group(String filter) {
        return Optional.ofNullable(groupOfFilter.get(filter));
    }

    private void join(Subscription subscription) {
        shared.incrementAndGet();
        groupOfFilter.compute(subscription.filter().value(), (filter, known) -> {
            ShareGroup group = known == null ? new ShareGroup(filter) : known;
            group.add(subscription);
            if (known == null) {
                groups.add(subscription.filter().pattern(), group);
            }
            return group;
        });
    }

    private void leave(Subscription subscription) {
        shared.decrementAndGet();
        groupOfFilter.computeIfPresent(subscription.filter().value(), (filter, group) -> {
            group.remove(subscription);
            if (!group.isEmpty()) {
                return group;
            }
            groups.remove(subscription.filter().pattern(), group);
            return null;
        });
    }
}
