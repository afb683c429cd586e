// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.spi.SessionStore.Change;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The messages of one session for its client: those that wait, and those of QoS 1 and 2 that were sent and are not
 * acknowledged. Tells what has to be stored of them under the session's number in the store, which is nothing if that is 0.
 * Guarded by the session.
 */
final class SessionMessages {

    private final SessionContext context;
    private DeliveryQueue queue;
    private Inflight inflight;
    private CompletableFuture<Void> takenOver = Persistence.STORED;

    SessionMessages(SessionContext context) {
        this.context = context;
    }

    private DeliveryQueue queue() {
        queue = queue == null ? new DeliveryQueue(context.queuedBytes()) : queue;
        return queue;
    }

    private Inflight inflight() {
        inflight = inflight == null ? new Inflight(context.queuedBytes()) : inflight;
        return inflight;
    }

    int waiting() {
        return queue == null ? 0 : queue.size();
    }

    long waitingBytes() {
        return queue == null ? 0 : queue.bytes();
    }

    int underWay() {
        return inflight == null ? 0 : inflight.size();
    }

    boolean isEmpty() {
        return waiting() == 0 && underWay() == 0;
    }

    /** Whether nothing waits for being sent or sent again. */
    boolean isIdle() {
        return waiting() == 0 && !inflight().isResending();
    }

    boolean hasRoomFor(Delivery delivery) {
        return queue().hasRoomFor(delivery, context.settings());
    }

    /** Whether publishers that wait for room may go on. */
    boolean hasRecovered() {
        return queue().hasRecovered(context.settings());
    }

    /** Whether it is time to look for more than is published. */
    boolean isLow() {
        return queue().isLow(context.settings());
    }

    /** Whether a message fits that is not published now, but waits elsewhere. */
    boolean mayAdopt(Delivery delivery) {
        return queue().mayAdopt(delivery, context.settings());
    }

    void add(Delivery delivery) {
        queue().add(delivery);
    }

    /** Some messages of others have been added, and nothing is sent before they are stored as gone from there. */
    void takenOver(CompletableFuture<Void> stored) {
        takenOver = stored.isDone() ? takenOver : stored; // nothing to store, or later than what is under way
    }

    /** Another connection begins: what is open is sent again. */
    void resume(int receiveMaximum) {
        inflight().resume(receiveMaximum);
    }

    /** Takes up what was stored. */
    void restore(RecoveredSession recovered) {
        recovered.queued().forEach(this::add);
        recovered.exchanges().forEach(each -> inflight()
                .restore(each.packetId(), each.qos(), each.delivery(), each.stored()));
    }

    /**
     * Moves the next message to {@code out}, or drops it if it has expired; retained messages come when nothing else waits.
     *
     * @return whether there was one that may be sent now
     */
    boolean takeOne(Outgoing out, SessionSubscriptions retained, long number, long now) {
        if (inflight().isResending()) {
            return resend(out, number, now);
        }
        Optional<Delivery> waiting = queue().peek();
        Optional<Delivery> next = waiting.isPresent() ? waiting : retained.peekRetained(out.looks(), now);
        if (next.isEmpty() || !maySend(next.get())) {
            return false;
        }
        if (waiting.isPresent()) {
            queue.remove();
        } else {
            retained.removeRetained();
        }
        send(next.get(), out, number, now);
        return true;
    }

    /** What is not acknowledged has the same bound on bytes as the queue. */
    private boolean maySend(Delivery next) {
        return next.qos() == Qos.AT_MOST_ONCE
                || (inflight.hasRoom()
                        && inflight.hasRoomFor(next, context.settings().queueBytes()));
    }

    private boolean resend(Outgoing out, long number, long now) {
        if (!inflight.hasRoom()) {
            return false;
        }
        if (number != 0) {
            out.waitForStore(); // that PUBREC came may be on its way to the store
        }
        return out.packets().add(inflight.resend(now));
    }

    private void send(Delivery delivery, Outgoing out, long number, long now) {
        if (!takenOver.isDone()) {
            out.waitForStore(); // after a crash it would be sent to another client as well
        }
        if (delivery.arrival().hasExpired(now)) {
            forget(delivery, number, out.changes());
        } else if (delivery.qos() == Qos.AT_MOST_ONCE) {
            out.packets().add(delivery.packet(0, false, now));
        } else {
            begin(number == 0 ? delivery : stored(delivery, number, out.changes()), out, number, now);
        }
    }

    private void begin(Delivery delivery, Outgoing out, long number, long now) {
        OutboundPublish packet = inflight.send(delivery, now);
        if (delivery.stored().isPresent()) {
            long place = delivery.stored().get().number();
            out.changes().add(Persistence.exchange(number, place, packet.packetId(), false));
            if (delivery.qos() == Qos.EXACTLY_ONCE) {
                out.waitForStore(); // another identifier after a crash would be another message
            }
        }
        out.packets().add(packet);
    }

    /** A retained message is stored now that it is sent. */
    private Delivery stored(Delivery delivery, long number, List<Change> changes) {
        if (delivery.stored().isPresent()) {
            return delivery;
        }
        Stored place = new Stored(context.persistence().next(), 1, false);
        changes.add(context.persistence().queued(number, place, delivery));
        return delivery.in(place);
    }

    /**
     * What became of an acknowledgement.
     *
     * @param stored completes when that is stored
     */
    record Acknowledged(Inflight.Step step, CompletableFuture<Void> stored) {}

    Acknowledged acknowledged(Acknowledgement packet, long number) {
        int packetId = packet.packetId();
        boolean failed = packet.reasonCode().isError();
        return switch (packet.type()) {
            case PUBACK -> advance(packetId, number, () -> inflight.acknowledged(packetId));
            case PUBREC -> advance(packetId, number, () -> inflight.received(packetId, failed));
            case PUBCOMP -> advance(packetId, number, () -> inflight.completed(packetId));
            case PUBREL -> throw new IllegalArgumentException("PUBREL acknowledges nothing that was sent");
        };
    }

    /** The message that was just taken can never be sent to this client: it counts as acknowledged. */
    void skip(int packetId, Qos qos, long number) {
        switch (qos) {
            case AT_MOST_ONCE -> {}
            case AT_LEAST_ONCE -> advance(packetId, number, () -> inflight.acknowledged(packetId));
            case EXACTLY_ONCE -> advance(packetId, number, () -> inflight.received(packetId, true));
        }
    }

    private interface Advance {

        Inflight.Step step();
    }

    private Acknowledged advance(int packetId, long number, Advance advance) {
        Optional<Delivery> delivery = inflight.delivery(packetId);
        long place = inflight.stored(packetId);
        Inflight.Step step = advance.step();
        boolean changed = step == Inflight.Step.DONE || step == Inflight.Step.RELEASE;
        if (place == 0 || !changed) {
            return new Acknowledged(step, Persistence.STORED);
        }
        List<Change> changes = new ArrayList<>(3);
        delivery.ifPresent(gone -> forget(gone, number, changes));
        changes.add(
                step == Inflight.Step.RELEASE
                        ? Persistence.exchange(number, place, packetId, true)
                        : Change.remove(Persistence.exchangeKey(number, place)));
        return new Acknowledged(step, context.persistence().write(changes));
    }

    /** The groups of shared subscriptions whose messages another session could have as well. */
    Set<ShareGroup> groups() {
        Set<ShareGroup> groups = new LinkedHashSet<>();
        Consumer<Delivery> add = delivery -> delivery.group().ifPresent(groups::add);
        if (inflight != null) {
            inflight.repeatable().forEach(add);
        }
        if (queue != null) {
            queue.all().forEach(add);
        }
        return groups;
    }

    /** Gives away what has not begun or may begin again elsewhere; a QoS 2 exchange is completed here [MQTT-4.8.2-4]. */
    void yieldTo(Takeover to, long number) {
        Predicate<Delivery> ofGroup = delivery -> delivery.isOf(to.group());
        if (inflight != null) {
            inflight.take(ofGroup, delivery -> to.take(delivery, number, true));
        }
        if (queue != null && !to.isOver()) {
            queue.take(ofGroup, delivery -> to.take(delivery, number, false));
        }
    }

    /** Forgets all but what is kept for others. */
    void forget(long number, List<Change> removals, Predicate<Delivery> kept) {
        if (queue != null) {
            queue.take(kept.negate(), delivery -> {
                forget(delivery, number, removals);
                return true;
            });
        }
        if (inflight != null) {
            inflight.forget(kept, (delivery, stored) -> {
                delivery.ifPresent(gone -> forget(gone, number, removals));
                if (stored != 0) {
                    removals.add(Change.remove(Persistence.exchangeKey(number, stored)));
                }
            });
        }
    }

    /**
     * The session has ended: what was sent and is kept waits again, where it counts as bytes that wait for all subscribers.
     *
     * @return messages that there was no room for
     */
    int putBack(long number, List<Change> changes) {
        if (inflight == null) {
            return 0;
        }
        List<Delivery> sent = new ArrayList<>(inflight.size());
        inflight.take(delivery -> true, sent::add);
        sent.forEach(delivery -> delivery.stored()
                .ifPresent(place -> changes.add(Change.remove(Persistence.exchangeKey(number, place.number())))));
        List<Delivery> lost = queue().putBack(sent, context.settings());
        lost.forEach(delivery -> forget(delivery, number, changes));
        return lost.size();
    }

    private static void forget(Delivery delivery, long number, List<Change> changes) {
        delivery.stored().ifPresent(stored -> stored.forget(number, changes));
    }

    /** A message that is not taken; its record, if there is one, goes. */
    void refuse(Delivery delivery, long number) {
        if (delivery.stored().isPresent()) {
            List<Change> changes = new ArrayList<>(2);
            forget(delivery, number, changes);
            var unused = context.persistence().write(changes);
        }
    }
}
