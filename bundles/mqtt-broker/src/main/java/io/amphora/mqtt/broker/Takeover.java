// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.spi.SessionStore.Change;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages of shared subscriptions that go from sessions without a connection to one that has one: a few in each turn of
 * its event loop, so that none is held up, and only as far as its queue has room beside what is published now. All changes
 * of the store are one, since after a crash between two of them a message of QoS 2 would be there twice. Confined to the
 * thread that has both sessions locked.
 */
final class Takeover {

    /** Messages in one turn. */
    static final int MOST = 64;

    private final SessionMessages to;
    private final long number;
    private final Persistence persistence;
    private final List<Change> changes = new ArrayList<>();
    private Subscription member;
    private ShareGroup group;
    private int count;
    private boolean over;

    /**
     * Begins.
     *
     * @param to where the messages go
     * @param number names the session that gets them in the store; 0 if it is not there
     */
    Takeover(SessionMessages to, long number, Persistence persistence) {
        this.to = to;
        this.number = number;
        this.persistence = persistence;
    }

    /** Takes what waits for a group with others than this member. */
    void collect(ShareGroup from, Subscription by) {
        group = from;
        member = by;
        for (Session holder : from.holders()) {
            if (over) {
                return;
            }
            holder.yieldTo(this);
        }
    }

    ShareGroup group() {
        return group;
    }

    /** Whether a message was left where it was. */
    boolean isOver() {
        return over;
    }

    /** Messages that were taken over. */
    int count() {
        return count;
    }

    List<Change> changes() {
        return changes;
    }

    /**
     * Takes a message of the group, unless it has enough; then it takes no more.
     *
     * @param holder names the session that had it in the store
     * @param begun whether it was sent already
     */
    boolean take(Delivery delivery, long holder, boolean begun) {
        if (over || count == MOST || !to.mayAdopt(delivery)) {
            over = true;
            return false;
        }
        delivery.stored().ifPresent(stored -> {
            stored.forget(holder, changes);
            if (begun) {
                changes.add(Change.remove(Persistence.exchangeKey(holder, stored.number())));
            }
        });
        to.add(atNewPlace(Delivery.shared(delivery.arrival(), member, group)));
        count++;
        return true;
    }

    private Delivery atNewPlace(Delivery delivery) {
        if (!Persistence.keeps(member.session(), delivery)) {
            return delivery;
        }
        Stored place = new Stored(persistence.next(), 1, false);
        changes.add(persistence.queued(number, place, delivery));
        return delivery.in(place);
    }
}
