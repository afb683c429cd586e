// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.spi.ClientRegistry.ClientView;
import io.amphora.mqtt.spi.PublishResult;
import io.amphora.mqtt.spi.SessionStore.Change;
import io.amphora.mqtt.spi.SessionStore.RecordKey;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What the broker keeps of a client, whether it is connected or not (section 4.1): subscriptions, the messages that wait
 * for it, and the state of its QoS 1 and 2 flows. Messages that come in while a connection is there are fetched by the
 * connection on its event loop, which is told of the first of them only. A session that is persistent is in the session
 * store too; its changes are handed over in the order in which they happen. Thread-safe.
 */
final class Session {

    private static final CompletableFuture<Void> ROOM = CompletableFuture.completedFuture(null);

    private final ClientId id;
    private final SessionContext context;
    private final DropCount drops;

    private final SessionSubscriptions subscriptions;
    private Map<TopicFilter, Iterator<Delivery>> retained = Map.of();
    private DeliveryQueue queue;
    private Inflight inflight;
    private ReceivedQos2 received;
    private volatile ClientConnection connection;
    private boolean told; // the connection knows that messages wait
    private boolean ended;
    private final Overflow overflow = new Overflow();
    private volatile long number; // in the session store; 0 if it is not there

    Session(ClientId id, SessionContext context) {
        this.id = id;
        this.context = context;
        this.drops = new DropCount(id);
        this.subscriptions = new SessionSubscriptions(context.index());
    }

    ClientId id() {
        return id;
    }

    boolean isConnected() {
        return connection != null;
    }

    /** Whether its client does not keep up. */
    boolean isFull() {
        return overflow.isFull();
    }

    /** Whether it outlives the process. */
    boolean isPersistent() {
        return number != 0;
    }

    /** Names it in the session store; 0 if it is not there. */
    long number() {
        return number;
    }

    DropCount drops() {
        return drops;
    }

    synchronized ClientView view() {
        return new ClientView(
                id,
                Optional.ofNullable(connection).map(ClientConnection::view),
                number != 0,
                subscriptions.size(),
                queue == null ? 0 : queue.size(),
                queue == null ? 0 : queue.bytes(),
                inflight == null ? 0 : inflight.size(),
                drops.count());
    }

    Optional<ClientConnection> connection() {
        return Optional.ofNullable(connection);
    }

    /** Begins to be persistent; what it holds from before is stored as far as it is subscriptions. */
    synchronized void persist(long as) {
        number = as;
        var unused = context.persistence().write(subscriptions.stored(as));
    }

    /** Gives the session to a connection, which then calls {@link #take}; returns the one that had it. */
    synchronized Optional<ClientConnection> attach(ClientConnection next, int receiveMaximum) {
        Optional<ClientConnection> previous = Optional.ofNullable(connection);
        connection = next;
        told = true;
        inflight().resume(receiveMaximum);
        return previous;
    }

    /** The connection has ended; false if the session is another's by now. */
    boolean detach(ClientConnection previous) {
        Optional<Stall> past;
        synchronized (this) {
            if (connection != previous) {
                return false;
            }
            connection = null;
            retained = Map.of();
            past = overflow.recovered();
        }
        past.ifPresent(Stall::over);
        return true;
    }

    /**
     * What came by shared subscriptions, was not acknowledged, and another client is there for: it is that one's now.
     * Nothing while there is a connection.
     */
    synchronized Leftovers yieldShared() {
        if (connection != null || ended) {
            return Leftovers.NONE;
        }
        Leftovers leftovers = new Leftovers();
        leftovers.takeShared(number, queue, inflight, group -> !group.isLeftTo(this));
        return leftovers;
    }

    /** Takes over what waits with members of its groups that are not connected. */
    void claimShared() {
        List<ShareGroup> groups;
        synchronized (this) {
            groups = subscriptions.groups();
        }
        groups.forEach(group -> group.collect(context.persistence()));
    }

    private void forget(Delivery delivery, List<Change> changes) {
        delivery.stored().ifPresent(stored -> stored.forget(number, changes));
    }

    /** Forgets everything; messages are taken no more. Returns what others are to get. */
    Leftovers end() {
        Leftovers leftovers = new Leftovers();
        Optional<Stall> past;
        synchronized (this) {
            ended = true;
            connection = null;
            retained = Map.of();
            leftovers.removals().addAll(subscriptions.clear(number));
            leftovers.takeShared(number, queue, inflight, group -> true);
            forgetMessages(leftovers.removals());
            if (number != 0) {
                leftovers.removals().add(Change.remove(new RecordKey(RecordKind.SESSION, number, 0)));
            }
            past = overflow.recovered();
        }
        past.ifPresent(Stall::over);
        return leftovers;
    }

    private void forgetMessages(List<Change> removals) {
        if (queue != null) {
            queue.all().forEach(delivery -> forget(delivery, removals));
            queue.clear();
        }
        if (inflight != null) {
            inflight.packetIds().forEach(packetId -> forgetExchange(packetId, removals));
        }
        if (received != null) {
            received.stored()
                    .forEach(packetId -> removals.add(Change.remove(Persistence.receivedKey(number, packetId))));
        }
    }

    private void forgetExchange(int packetId, List<Change> removals) {
        inflight.delivery(packetId).ifPresent(delivery -> forget(delivery, removals));
        long stored = inflight.stored(packetId);
        if (stored != 0) {
            removals.add(Change.remove(Persistence.exchangeKey(number, stored)));
        }
    }

    /**
     * Adds or replaces a subscription.
     *
     * @param matching the retained messages to send for it
     * @return completes when it is stored, if it has to be
     */
    synchronized CompletableFuture<Void> subscribe(Subscription subscription, Iterator<Delivery> matching) {
        if (ended) {
            return Persistence.STORED;
        }
        List<Change> changes = subscriptions.add(subscription, number);
        if (matching.hasNext()) {
            retained = retained.isEmpty() ? new LinkedHashMap<>(4) : retained;
            retained.put(subscription.filter(), matching);
            told = true;
        }
        return number == 0 ? Persistence.STORED : context.persistence().write(changes);
    }

    synchronized boolean isSubscribed(TopicFilter filter) {
        return subscriptions.contains(filter);
    }

    synchronized int subscriptionCount() {
        return subscriptions.size();
    }

    /** Whether there was such a subscription; its removal is stored after what came before. */
    synchronized boolean unsubscribe(TopicFilter filter) {
        Subscription gone = subscriptions.remove(filter);
        if (gone != null && number != 0) {
            var unused = context.persistence().write(List.of(Change.remove(Persistence.subscriptionKey(number, gone))));
        }
        return gone != null;
    }

    /**
     * Queues a message for the client; without a connection only if its QoS is 1 or 2.
     *
     * @return completes, on any thread, when the publisher need not wait for this subscriber; never exceptionally
     */
    CompletableFuture<Void> deliver(Delivery delivery) {
        ClientConnection tell = null;
        boolean dropped = false;
        boolean tooSlow;
        CompletableFuture<Void> room = ROOM;
        synchronized (this) {
            if (isInVain(delivery)) {
                forgetNow(delivery);
                return ROOM;
            }
            BrokerSettings settings = context.settings();
            if (queue().hasRoomFor(delivery, settings)) {
                queue.add(delivery);
            } else if (pushesBack(delivery, settings)) {
                queue.add(delivery);
                room = overflow.room(context, this::stalledForTooLong);
            } else {
                forgetNow(delivery);
                overflow.dropped();
                dropped = true;
            }
            tooSlow = dropped && settings.slowSubscriber() == BrokerSettings.SlowSubscriber.DISCONNECT;
            if (connection != null && (tooSlow || !told)) {
                tell = connection;
                told = true;
            }
        }
        if (dropped) {
            drops.add();
            context.counts().dropped();
        }
        if (tell != null) {
            tell.messagesWait(tooSlow);
        }
        delivery.group().ifPresent(group -> group.cameTo(this, context.persistence()));
        return room;
    }

    private void forgetNow(Delivery delivery) {
        if (delivery.stored().isPresent()) {
            List<Change> changes = new ArrayList<>(2);
            forget(delivery, changes);
            var unused = context.persistence().write(changes);
        }
    }

    /** Takes a message over from another member of its group, where it had its place in a queue: the bounds do not count. */
    void adopt(Delivery delivery) {
        ClientConnection tell;
        synchronized (this) {
            if (isInVain(delivery)) {
                forgetNow(delivery);
                return;
            }
            queue().add(delivery);
            tell = told ? null : connection;
            told |= tell != null;
        }
        if (tell != null) {
            tell.messagesWait(false);
        }
        delivery.group().ifPresent(group -> group.cameTo(this, context.persistence()));
    }

    private boolean isInVain(Delivery delivery) {
        return ended || (connection == null && delivery.qos() == Qos.AT_MOST_ONCE);
    }

    private boolean pushesBack(Delivery delivery, BrokerSettings settings) {
        return connection != null
                && delivery.qos() != Qos.AT_MOST_ONCE
                && settings.slowSubscriber() == BrokerSettings.SlowSubscriber.BLOCK;
    }

    private void stalledForTooLong() {
        ClientConnection slow;
        synchronized (this) {
            slow = overflow.isStalled() ? connection : null;
        }
        if (slow != null) {
            slow.tooSlow();
        }
    }

    /**
     * Moves messages that may be sent now to {@code out}.
     *
     * @return completes when they may be sent
     */
    CompletableFuture<Void> take(ClientConnection by, Outgoing out) {
        Optional<Stall> past;
        CompletableFuture<Void> stored;
        synchronized (this) {
            long now = context.nanoTime();
            while (connection == by && !out.isFull() && takeOne(out, now)) {
                // until nothing is left, or nothing may be sent
            }
            stored = context.persistence().write(out.changes());
            past = overflow.isFull() && queue().hasRecovered(context.settings())
                    ? overflow.recovered()
                    : Optional.empty();
        }
        past.ifPresent(Stall::over);
        if (!out.waits()) {
            return Persistence.STORED;
        }
        return out.changes().isEmpty() ? context.persistence().earlierChanges() : stored;
    }

    private boolean takeOne(Outgoing out, long now) {
        if (inflight.isResending()) {
            if (!inflight.hasRoom()) {
                return false;
            }
            if (number != 0) {
                out.waitForStore(); // that PUBREC came may be on its way to the store
            }
            return out.packets().add(inflight.resend(now));
        }
        Optional<Delivery> next = next();
        if (next.isEmpty()) {
            told = false;
            drops.ended();
            return false;
        }
        Delivery delivery = next.get();
        if (delivery.qos() != Qos.AT_MOST_ONCE && !inflight.hasRoom()) {
            return false;
        }
        queue.remove();
        if (delivery.arrival().hasExpired(now)) {
            forget(delivery, out.changes());
        } else if (delivery.qos() == Qos.AT_MOST_ONCE) {
            out.packets().add(delivery.packet(0, false, now));
        } else {
            send(number == 0 ? delivery : stored(delivery, out.changes()), out, now);
        }
        return true;
    }

    private void send(Delivery delivery, Outgoing out, long now) {
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

    /** A retained message, or one of the time before the session was persistent, is stored now that it is sent. */
    private Delivery stored(Delivery delivery, List<Change> changes) {
        if (delivery.stored().isPresent()) {
            return delivery;
        }
        Stored place = new Stored(context.persistence().next(), 1, false);
        changes.add(context.persistence().queued(number, place, delivery));
        return delivery.in(place);
    }

    private Optional<Delivery> next() {
        while (queue().isEmpty() && !retained.isEmpty()) {
            Map.Entry<TopicFilter, Iterator<Delivery>> first =
                    retained.entrySet().iterator().next();
            if (first.getValue().hasNext()) {
                queue.add(first.getValue().next());
            } else {
                retained.remove(first.getKey());
            }
        }
        return queue.peek();
    }

    /**
     * What became of an acknowledgement.
     *
     * @param stored completes when that is stored
     */
    record Acknowledged(Inflight.Step step, CompletableFuture<Void> stored) {}

    /** An acknowledgement of the client's for a message that was sent to it. */
    synchronized Acknowledged acknowledged(Acknowledgement packet) {
        int packetId = packet.packetId();
        boolean failed = packet.reasonCode().isError();
        return switch (packet.type()) {
            case PUBACK -> advance(packetId, () -> inflight.acknowledged(packetId));
            case PUBREC -> advance(packetId, () -> inflight.received(packetId, failed));
            case PUBCOMP -> advance(packetId, () -> inflight.completed(packetId));
            case PUBREL -> throw new IllegalArgumentException("PUBREL acknowledges nothing that was sent");
        };
    }

    private interface Advance {

        Inflight.Step step();
    }

    private Acknowledged advance(int packetId, Advance advance) {
        Optional<Delivery> delivery = inflight.delivery(packetId);
        long place = inflight.stored(packetId);
        Inflight.Step step = advance.step();
        if (place == 0 || step == Inflight.Step.UNKNOWN) {
            return new Acknowledged(step, Persistence.STORED);
        }
        List<Change> changes = new ArrayList<>(3);
        delivery.ifPresent(gone -> forget(gone, changes));
        changes.add(
                step == Inflight.Step.RELEASE
                        ? Persistence.exchange(number, place, packetId, true)
                        : Change.remove(Persistence.exchangeKey(number, place)));
        return new Acknowledged(step, context.persistence().write(changes));
    }

    /** The message that was just taken can never be sent to this client: it counts as acknowledged. */
    synchronized void skip(int packetId, Qos qos) {
        switch (qos) {
            case AT_MOST_ONCE -> {}
            case AT_LEAST_ONCE -> advance(packetId, () -> inflight.acknowledged(packetId));
            case EXACTLY_ONCE -> advance(packetId, () -> inflight.received(packetId, true));
        }
    }

    synchronized ReceivedQos2.Arrival arrivedQos2(int packetId, boolean duplicate, ClientConnection by) {
        received = received == null ? new ReceivedQos2() : received;
        return received.arrived(packetId, duplicate, by);
    }

    /** What has to be stored together with a QoS 2 message that has just arrived. */
    synchronized List<Change> storingQos2(int packetId) {
        if (number == 0) {
            return List.of();
        }
        received.markStored(packetId);
        return List.of(Change.put(Persistence.receivedKey(number, packetId), new byte[0]));
    }

    /** Notes the result of a QoS 2 message; returns the connection that is to send it now. */
    synchronized Optional<ClientConnection> completedQos2(int packetId, PublishResult result) {
        if (result.reasonCode().isError() && received.isStored(packetId)) {
            var unused = context.persistence().write(List.of(Change.remove(Persistence.receivedKey(number, packetId))));
        }
        return received.completed(packetId, result, connection) ? Optional.ofNullable(connection) : Optional.empty();
    }

    synchronized PublishResult answerQos2(int packetId) {
        return received.answer(packetId);
    }

    /**
     * What PUBREL comes to.
     *
     * @param stored completes when that is stored
     */
    record Released(ReasonCode code, CompletableFuture<Void> stored) {}

    synchronized Released releasedQos2(int packetId) {
        boolean stored = received != null && received.isStored(packetId);
        if (received == null || !received.released(packetId)) {
            return new Released(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Persistence.STORED);
        }
        return new Released(
                ReasonCode.SUCCESS,
                stored
                        ? context.persistence().write(List.of(Change.remove(Persistence.receivedKey(number, packetId))))
                        : Persistence.STORED);
    }

    /** Takes up what was stored of it, but for messages. */
    synchronized void restore(RecoveredSession recovered) {
        number = recovered.number();
        recovered.subscriptions(this).forEach(subscriptions::add);
        if (!recovered.received().isEmpty()) {
            received = new ReceivedQos2();
            recovered.received().forEach(received::restore);
        }
    }

    /** Takes up the messages that were stored, once all members of groups are there. */
    synchronized void restoreMessages(RecoveredSession recovered) {
        if (!recovered.queued().isEmpty()) {
            recovered.queued().forEach(queue()::add);
        }
        recovered.exchanges().forEach(each -> inflight()
                .restore(each.packetId(), each.qos(), each.delivery(), each.stored()));
        if (recovered.hasShared()) {
            yieldShared(); // nobody is there yet: its groups know where the messages are
        }
    }

    private DeliveryQueue queue() {
        queue = queue == null ? new DeliveryQueue(context.queuedBytes()) : queue;
        return queue;
    }

    private Inflight inflight() {
        inflight = inflight == null ? new Inflight() : inflight;
        return inflight;
    }
}
