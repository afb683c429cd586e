// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.spi.PublishResult;
import io.amphora.mqtt.spi.SessionStore.Change;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One message on its way to sessions. Those that outlive the process get it after it was handed to the store, all with one
 * write, so that what they do with it comes later in the store's order. They do not wait until it is stored: that would put
 * the disk between publisher and subscriber, for the case only that the store fails, in which the publisher sends again what
 * some have already. Not thread-safe.
 */
final class Dispatch {

    /** The publisher keeps the message, which may have reached some subscribers. */
    static final PublishResult NOT_STORED =
            PublishResult.of(ReasonCode.UNSPECIFIED_ERROR, "could not be stored: send this again");

    static final PublishResult NOBODY = new PublishResult(ReasonCode.NO_MATCHING_SUBSCRIBERS, Optional.empty());

    private static final CompletionStage<PublishResult> ROUTED =
            CompletableFuture.completedFuture(PublishResult.SUCCESS);
    private static final CompletionStage<PublishResult> ROUTED_TO_NOBODY = CompletableFuture.completedFuture(NOBODY);

    private record Target(Session session, Delivery delivery) {}

    private final Persistence persistence;
    private final Delivery.Arrival arrival;
    private List<Target> persistent = List.of();
    private List<CompletableFuture<Void>> pending = List.of();
    private boolean anybody;

    Dispatch(Persistence persistence, Delivery.Arrival arrival) {
        this.persistence = persistence;
        this.arrival = arrival;
    }

    void add(Session session, Delivery delivery) {
        anybody = true;
        if (Persistence.keeps(session, delivery)) {
            persistent = persistent.isEmpty() ? new ArrayList<>(2) : persistent;
            persistent.add(new Target(session, delivery));
        } else {
            await(session.deliver(delivery));
        }
    }

    /** Has the result wait for something. */
    void await(CompletableFuture<Void> next) {
        if (!next.isDone() || next.isCompletedExceptionally()) {
            pending = pending.isEmpty() ? new ArrayList<>(2) : pending;
            pending.add(next);
        }
    }

    /**
     * Stores and delivers.
     *
     * @param besides what else is to be stored in the same moment
     * @return completes when the publisher may be told
     */
    CompletionStage<PublishResult> finish(List<Change> besides) {
        if (!persistent.isEmpty() || !besides.isEmpty()) {
            storeAndDeliver(besides);
        }
        if (pending.isEmpty()) {
            return anybody ? ROUTED : ROUTED_TO_NOBODY;
        }
        PublishResult result = anybody ? PublishResult.SUCCESS : NOBODY;
        return CompletableFuture.allOf(pending.toArray(CompletableFuture<?>[]::new))
                .handle((done, failure) -> failure == null ? result : NOT_STORED);
    }

    private void storeAndDeliver(List<Change> besides) {
        List<Change> changes = new ArrayList<>(besides);
        List<Target> stored = persistent.isEmpty() ? List.of() : store(changes);
        await(persistence.write(changes));
        for (Target target : stored) {
            await(target.session().deliver(target.delivery()));
        }
    }

    /**
     * Adds the records. All sessions share one place, but records are named by session and place: who gets the message
     * more than once, for a share of a group as well, has a further place for each.
     */
    private List<Target> store(List<Change> changes) {
        Set<Session> sessions = new HashSet<>();
        persistent.forEach(target -> sessions.add(target.session()));
        Stored first = new Stored(persistence.next(), sessions.size(), sessions.size() > 1);
        if (first.isShared()) {
            changes.add(persistence.message(first, arrival));
        }
        List<Target> stored = new ArrayList<>(persistent.size());
        for (Target target : persistent) {
            Stored place = sessions.remove(target.session()) ? first : new Stored(persistence.next(), 1, false);
            changes.add(persistence.queued(target.session().number(), place, target.delivery()));
            stored.add(new Target(target.session(), target.delivery().in(place)));
        }
        return stored;
    }
}
