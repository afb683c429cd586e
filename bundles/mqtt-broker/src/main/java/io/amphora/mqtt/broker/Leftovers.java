// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.spi.SessionStore.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a session leaves behind.
 *
 * @param orphans messages that came by shared subscriptions and are others' now
 * @param removals of all other records that are no longer needed
 */
record Leftovers(List<Orphan> orphans, List<Change> removals) {

    static final Leftovers NONE = new Leftovers(List.of(), List.of());

    /**
     * A message for another member of its group.
     *
     * @param removals of its records at the session that had it
     */
    record Orphan(Delivery delivery, List<Change> removals) {

        /** With one write, since after a crash between two of them a message of QoS 2 would be there twice. */
        private void settle(Persistence persistence) {
            ShareGroup group = delivery.group().orElseThrow();
            List<Change> changes = new ArrayList<>(removals);
            Optional<Subscription> member = group.pick();
            Optional<Delivery> next = member.map(each -> Delivery.shared(delivery.arrival(), each, group));
            if (next.isPresent() && Persistence.keeps(member.get().session(), next.get())) {
                Stored place = new Stored(persistence.next(), 1, false);
                changes.add(persistence.queued(member.get().session().number(), place, next.get()));
                next = Optional.of(next.get().in(place));
            }
            var unused = persistence.write(changes);
            next.ifPresent(each -> member.get().session().adopt(each));
        }
    }

    Leftovers() {
        this(new ArrayList<>(), new ArrayList<>());
    }

    /**
     * Takes messages that came by shared subscriptions and have not begun, or may begin again elsewhere.
     *
     * @param session that they are taken from, by its number in the store
     */
    void takeShared(long session, DeliveryQueue queue, Inflight inflight, Predicate<ShareGroup> condition) {
        Map<ShareGroup, Boolean> verdicts = new HashMap<>();
        Predicate<Delivery> shared = delivery -> delivery.group().isPresent()
                && verdicts.computeIfAbsent(delivery.group().get(), condition::test);
        if (inflight != null) {
            inflight.takeAll(shared).forEach(delivery -> orphans.add(orphan(session, delivery, true)));
        }
        if (queue != null) {
            queue.takeAll(shared).forEach(delivery -> orphans.add(orphan(session, delivery, false)));
        }
    }

    private static Orphan orphan(long session, Delivery delivery, boolean begun) {
        List<Change> changes = new ArrayList<>(3);
        delivery.stored().ifPresent(stored -> {
            stored.forget(session, changes);
            if (begun) {
                changes.add(Change.remove(Persistence.exchangeKey(session, stored.number())));
            }
        });
        return new Orphan(delivery, changes);
    }

    /** Gives the orphans to other members of their groups, where there are any, and removes the records. */
    void settle(Persistence persistence) {
        orphans.forEach(orphan -> orphan.settle(persistence));
        var unused = persistence.write(removals); // whoever waits for them waits for later changes
    }
}
