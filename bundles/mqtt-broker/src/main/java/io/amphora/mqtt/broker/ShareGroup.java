// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The subscriptions of one share name to one filter; each message goes to one of them in turn, to one whose client is
 * connected as long as there is any [MQTT-4.8.2-4]. Thread-safe.
 */
final class ShareGroup {

    private final List<Subscription> members = new CopyOnWriteArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();

    void add(Subscription subscription) {
        members.add(subscription);
    }

    void remove(Subscription subscription) {
        members.remove(subscription);
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    Optional<Subscription> pick() {
        Object[] now = members.toArray();
        if (now.length == 0) {
            return Optional.empty();
        }
        int first = Math.floorMod(turn.getAndIncrement(), now.length);
        for (int i = 0; i < now.length; i++) {
            Subscription member = (Subscription) now[(first + i) % now.length];
            if (member.session().isConnected()) {
                return Optional.of(member);
            }
        }
        return Optional.of((Subscription) now[first]);
    }
}
