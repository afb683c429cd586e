// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The subscriptions of one share name to one filter; each message goes to one of them in turn, to one whose client is
 * connected and keeps up as long as there is any (section 4.8.2). Messages wait with a session without a connection only
 * while there is no other; whoever connects next gets them. Thread-safe.
 */
final class ShareGroup {

    private final String filter;
    private final Set<Session> holders = ConcurrentHashMap.newKeySet();
    private final AtomicInteger turn = new AtomicInteger();
    private volatile Subscription[] members = {};

    /** @param filter with the share name */
    ShareGroup(String filter) {
        this.filter = filter;
    }

    String filter() {
        return filter;
    }

    /** A message of the group has come to a session, whose connection may have gone. */
    void cameTo(Session member, Persistence persistence) {
        if (!member.isConnected() && !isLeftTo(member)) {
            member.yieldShared().settle(persistence);
        }
    }

    /** Whether no connected client beside this session's could take a message; then it is known as a holder of some. */
    boolean isLeftTo(Session session) {
        holders.add(session); // first, so that whoever connects now finds it
        if (hasOtherThan(session)) {
            holders.remove(session);
            return false;
        }
        return true;
    }

    /** A member is connected: what waits with others goes to those who are. */
    void collect(Persistence persistence) {
        for (Session holder : holders.toArray(Session[]::new)) {
            holders.remove(holder); // it comes back if it keeps anything
            holder.yieldShared().settle(persistence);
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

    private boolean hasOtherThan(Session session) {
        for (Subscription member : members) {
            if (member.session() != session && member.session().isConnected()) {
                return true;
            }
        }
        return false;
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
