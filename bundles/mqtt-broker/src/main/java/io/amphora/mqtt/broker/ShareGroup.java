// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The subscriptions of one share name to one filter; each message goes to one of them in turn, to one whose client is
 * connected and keeps up as long as there is any (section 4.8.2). What waits with a session without a connection is
 * taken over by those that are connected, as fast as they can do with it. A group is the same for as long as messages of
 * it wait anywhere, also while it has no members. Thread-safe.
 */
final class ShareGroup {

    private final String filter;
    private final Set<Session> holders = Collections.synchronizedSet(new LinkedHashSet<>(0));
    private final AtomicInteger turn = new AtomicInteger();
    private volatile Subscription[] members = {};

    /** @param filter with the share name */
    ShareGroup(String filter) {
        this.filter = filter;
    }

    String filter() {
        return filter;
    }

    /** Messages of the group wait with a session without a connection; the caller has it locked. */
    void hold(Session holder) {
        holders.add(holder);
    }

    /** None waits with that session any more, or it is connected again; the caller has it locked. */
    void release(Session holder) {
        holders.remove(holder);
    }

    /** Those that messages wait with, the first that has left first. */
    Session[] holders() {
        return holders.toArray(Session[]::new);
    }

    /**
     * Tells the members that are connected that they may take over what waits; without members, sessions that have ended
     * forget it. To be called when either has changed, while no session is locked.
     */
    void settle() {
        if (holders.isEmpty()) {
            return;
        }
        Subscription[] now = members;
        if (now.length == 0) {
            for (Session holder : holders()) {
                holder.forsake(this);
            }
        }
        for (Subscription member : now) {
            if (member.session().isConnected()) {
                member.session().mayTakeOver();
            }
        }
    }

    synchronized void add(Subscription subscription) {
        Subscription[] next = Arrays.copyOf(members, members.length + 1);
        next[members.length] = subscription;
        members = next;
    }

    synchronized void remove(Subscription subscription) {
        members =
                Arrays.stream(members).filter(member -> member != subscription).toArray(Subscription[]::new);
    }

    synchronized void replace(Subscription subscription, Subscription by) {
        members = Arrays.stream(members)
                .map(member -> member == subscription ? by : member)
                .toArray(Subscription[]::new);
    }

    boolean isEmpty() {
        return members.length == 0;
    }

    Optional<Subscription> pick() {
        Subscription[] now = members;
        if (now.length == 0) {
            return Optional.empty();
        }
        int first = Math.floorMod(turn.getAndIncrement(), now.length);
        Subscription secondBest = null;
        for (int i = 0; i < now.length; i++) {
            Subscription member = now[(first + i) % now.length];
            if (member.session().isConnected()) {
                if (!member.session().isFull()) {
                    return Optional.of(member);
                }
                secondBest = secondBest == null ? member : secondBest;
            }
        }
        return Optional.of(secondBest == null ? now[first] : secondBest);
    }
}
