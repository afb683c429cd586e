// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The subscriptions of one share name to one filter; each message goes to one of them in turn, to one whose client is
 * connected and keeps up as long as there is any (section 4.8.2). Thread-safe.
 */
final class ShareGroup {

    private final AtomicInteger turn = new AtomicInteger();
    private volatile Subscription[] members = {};

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

    /** Whether a connected client beside this session's could take a message. */
    boolean hasOtherThan(Session session) {
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
