// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.Will;
import io.amphora.mqtt.spi.ClientRegistry.ClientView;
import io.amphora.mqtt.spi.PublishResult;
import io.amphora.mqtt.spi.SessionStore.Change;
import io.amphora.mqtt.spi.SessionStore.RecordKey;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    private final SessionMessages messages;
    private ReceivedQos2 received;
    private volatile ClientConnection connection;
    private boolean told; // the connection knows that messages wait
    private volatile boolean claims; // others may have messages for it
    private boolean ended;
    private long willBytes;
    private final Overflow overflow = new Overflow();
    private volatile long number; // in the session store; 0 if it is not there

    Session(ClientId id, SessionContext context) {
        this.id = id;
        this.context = context;
        this.drops = new DropCount(id);
        this.subscriptions = new SessionSubscriptions(context.index(), context.space());
        this.messages = new SessionMessages(context);
        context.space().add(Footprint.of(id));
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

    /** Whether nothing can be added to it any more. */
    synchronized boolean hasEnded() {
        return ended;
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
                messages.waiting(),
                messages.waitingBytes(),
                messages.underWay(),
                drops.count());
    }

    Optional<ClientConnection> connection() {
        return Optional.ofNullable(connection);
    }

    /** Makes the session persistent, before it has anything to store. */
    void persist(long as) {
        number = as;
    }

    /** Gives the session to a connection, which then calls {@link #take}; returns the one that had it. */
    synchronized Optional<ClientConnection> attach(ClientConnection next, int receiveMaximum) {
        Optional<ClientConnection> previous = Optional.ofNullable(connection);
        connection = next;
        told = true;
        claims = subscriptions.hasShared();
        messages.resume(receiveMaximum);
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
            past = overflow.recovered();
        }
        past.ifPresent(Stall::over);
        return true;
    }

    /** What came by shared subscriptions and was not acknowledged may go to others, as long as there is no connection. */
    synchronized Leftovers leave() {
        return connection != null || ended ? Leftovers.NONE : hold(messages.groups());
    }

    private Leftovers hold(Set<ShareGroup> groups) {
        groups.forEach(group -> group.hold(this));
        return new Leftovers(groups);
    }

    /**
     * Forgets everything, but for messages of shared subscriptions that have other members: those wait here until they are
     * taken over, and its record says so as long as there are any.
     */
    Leftovers end() {
        Leftovers leftovers;
        Optional<Stall> past;
        int lost;
        synchronized (this) {
            if (!ended) {
                context.space().add(-Footprint.of(id) - willBytes - receivedBytes());
            }
            ended = true;
            connection = null;
            Set<ShareGroup> groups = new LinkedHashSet<>();
            subscriptions.shared().forEach(member -> groups.add(groupOf(member)));
            List<Change> changes = new ArrayList<>(subscriptions.clear(number));
            messages.forget(number, changes, delivery -> !delivery.group()
                    .map(ShareGroup::isEmpty)
                    .orElse(true));
            lost = messages.putBack(number, changes);
            if (received != null) {
                received.stored()
                        .forEach(packetId -> changes.add(Change.remove(Persistence.receivedKey(number, packetId))));
            }
            groups.addAll(hold(messages.groups()).groups());
            var unused = storeEnd(changes); // whoever waits for them waits for later changes
            leftovers = new Leftovers(groups);
            past = overflow.recovered();
        }
        past.ifPresent(Stall::over);
        for (int i = 0; i < lost; i++) {
            dropped();
        }
        return leftovers;
    }

    private void dropped() {
        drops.add();
        context.counts().dropped();
    }

    /** What is left of the record of a session that has ended. */
    private CompletableFuture<Void> storeEnd(List<Change> changes) {
        if (number != 0) {
            changes.add(
                    messages.isEmpty()
                            ? Change.remove(new RecordKey(RecordKind.SESSION, number, 0))
                            : Persistence.session(
                                    number,
                                    Records.OfSession.over(
                                            id, context.persistence().clock().millis())));
        }
        return context.persistence().write(changes);
    }

    private ShareGroup groupOf(Subscription member) {
        return context.index().group(member.filter().value());
    }

    /** A group has no members any more: if the session has ended, nobody is left for its messages. */
    synchronized void forsake(ShareGroup group) {
        if (ended && group.isEmpty()) {
            List<Change> changes = new ArrayList<>();
            messages.forget(number, changes, delivery -> !delivery.isOf(group));
            group.release(this);
            var unused = storeEnd(changes);
        }
    }

    /** Something may wait with others for a group that it is a member of. */
    void mayTakeOver() {
        ClientConnection tell;
        synchronized (this) {
            claims = true;
            tell = told ? null : connection;
            told |= tell != null;
        }
        if (tell != null) {
            tell.messagesWait(false);
        }
    }

    /**
     * Takes over some of what waits with sessions without a connection for groups that it is a member of, if there may be
     * any and its queue is low.
     *
     * @return whether there was something, so that it is worth asking again once it is sent
     */
    boolean takeOver(ClientConnection by) {
        if (!claims || !isLow()) {
            return false;
        }
        context.takeovers().lock();
        try {
            return adopt(by);
        } finally {
            context.takeovers().unlock();
        }
    }

    private synchronized boolean isLow() {
        return messages.isLow();
    }

    private synchronized boolean adopt(ClientConnection by) {
        if (connection != by) {
            return false;
        }
        claims = false; // first, so that whoever comes now is not overlooked
        Takeover takeover = new Takeover(messages, number, context.persistence());
        for (Subscription member : subscriptions.shared()) {
            takeover.collect(groupOf(member), member);
        }
        messages.takenOver(context.persistence().write(takeover.changes()));
        claims |= takeover.isOver();
        told |= takeover.count() > 0;
        return takeover.count() > 0;
    }

    /** Lets another session take over what waits here, which has that one locked, and is the only one to do so. */
    synchronized void yieldTo(Takeover takeover) {
        if (connection == null) {
            messages.yieldTo(takeover, number);
            if (takeover.isOver()) {
                return;
            }
            if (ended && number != 0 && messages.isEmpty()) {
                takeover.changes().add(Change.remove(new RecordKey(RecordKind.SESSION, number, 0)));
            }
        }
        takeover.group().release(this);
    }

    /**
     * Adds or replaces a subscription.
     *
     * @param sendsRetained whether the client is sent the retained messages that match
     * @return completes when it is stored, if it has to be
     */
    CompletableFuture<Void> subscribe(Subscription subscription, boolean sendsRetained) {
        ClientConnection tell;
        CompletableFuture<Void> stored;
        synchronized (this) {
            if (ended) {
                return Persistence.STORED;
            }
            stored = add(subscription, sendsRetained);
            boolean more = subscription.filter().isShared() || subscriptions.hasRetained();
            tell = told || !more ? null : connection; // it need not be the one that has asked
            told |= tell != null;
        }
        if (tell != null) {
            tell.messagesWait(false);
        }
        return stored;
    }

    private CompletableFuture<Void> add(Subscription subscription, boolean sendsRetained) {
        Optional<RetainedScan> scan = sendsRetained
                ? Optional.of(new RetainedScan(context.retained(), subscription, RetainedScan.BEGINNING))
                : Optional.empty();
        List<Change> changes = subscriptions.add(subscription, scan, number, context.nanoTime());
        claims |= subscription.filter().isShared();
        return number == 0 ? Persistence.STORED : context.persistence().write(changes);
    }

    /** Bytes of memory beside the queue. */
    synchronized long bytes() {
        return Footprint.of(id) + willBytes + subscriptions.bytes() + receivedBytes();
    }

    private long receivedBytes() {
        return received == null ? 0 : (long) Footprint.RECEIVED_ID * received.size();
    }

    synchronized long willBytes() {
        return willBytes;
    }

    /** Notes the will that the session or its connection keeps. */
    synchronized void keepsWill(Optional<Will> will) {
        if (!ended) {
            long bytes = Footprint.of(will);
            context.space().add(bytes - willBytes);
            willBytes = bytes;
        }
    }

    /** Returns true if a subscription is there already, or there is room for it. */
    synchronized boolean hasRoomFor(TopicFilter filter) {
        long more = Footprint.of(filter) + Footprint.ofLevels(filter);
        return subscriptions.contains(filter) || context.space().admits(bytes() + more, more);
    }

    synchronized boolean isSubscribed(TopicFilter filter) {
        return subscriptions.contains(filter);
    }

    synchronized int subscriptionCount() {
        return subscriptions.size();
    }

    /** Whether there was such a subscription; its removal is stored after what came before. */
    boolean unsubscribe(TopicFilter filter) {
        Leftovers leftovers;
        synchronized (this) {
            if (!subscriptions.contains(filter)) {
                return false;
            }
            leftovers = new Leftovers( // before, since without members only they may refer to it
                    filter.isShared() ? Set.of(context.index().group(filter.value())) : Set.of());
            Subscription gone = subscriptions.remove(filter);
            if (number != 0) {
                var unused =
                        context.persistence().write(List.of(Change.remove(Persistence.subscriptionKey(number, gone))));
            }
        }
        leftovers.settle();
        return true;
    }

    /**
     * Queues a message for the client; without a connection only if its QoS is 1 or 2.
     *
     * @return completes, on any thread, when the publisher need not wait for this subscriber; exceptionally only if what
     *     has to be stored cannot be
     */
    CompletableFuture<Void> deliver(Delivery delivery) {
        ClientConnection tell = null;
        boolean dropped = false;
        boolean tooSlow;
        CompletableFuture<Void> room = ROOM;
        synchronized (this) {
            if (isInVain(delivery)) {
                messages.refuse(delivery, number);
                return ROOM;
            }
            BrokerSettings settings = context.settings();
            if (messages.hasRoomFor(delivery)) {
                room = add(delivery);
            } else if (pushesBack(delivery, settings)) {
                var unused = add(delivery);
                room = overflow.room(context, this::stalledForTooLong);
            } else {
                messages.refuse(delivery, number);
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
            dropped();
        }
        if (tell != null) {
            tell.messagesWait(tooSlow);
        }
        if (delivery.group().isPresent() && !isConnected()) {
            delivery.group().get().settle();
        }
        return room;
    }

    /** Completes when it is stored that the session still has messages, if it has ended. */
    private CompletableFuture<Void> add(Delivery delivery) {
        messages.add(delivery);
        if (connection == null) {
            delivery.group().ifPresent(group -> group.hold(this));
        }
        return ended ? storeEnd(new ArrayList<>(1)) : ROOM;
    }

    private boolean isInVain(Delivery delivery) {
        boolean nobodyElse = delivery.group().map(ShareGroup::isEmpty).orElse(true);
        return (ended && nobodyElse) || (connection == null && delivery.qos() == Qos.AT_MOST_ONCE);
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
            while (connection == by && !out.isFull() && messages.takeOne(out, subscriptions, number, now)) {
                // until nothing is left, or nothing may be sent
            }
            subscriptions.noteRetained(number, out.changes());
            if (connection == by && messages.isIdle() && !subscriptions.hasRetained()) {
                told = false;
                drops.ended();
            }
            stored = context.persistence().write(out.changes());
            past = overflow.isFull() && messages.hasRecovered() ? overflow.recovered() : Optional.empty();
        }
        past.ifPresent(Stall::over);
        if (!out.waits()) {
            return Persistence.STORED;
        }
        return out.changes().isEmpty() ? context.persistence().earlierChanges() : stored;
    }

    /**
     * An acknowledgement of the client's for a message that was sent to it; nothing if the session is another connection's
     * by now, which sends the message again and has it acknowledged.
     */
    synchronized Optional<SessionMessages.Acknowledged> acknowledged(Acknowledgement packet, ClientConnection by) {
        return connection == by ? Optional.of(messages.acknowledged(packet, number)) : Optional.empty();
    }

    /** Drops the message that was just taken, since it is too large for this client: it counts as acknowledged. */
    void skip(int packetId, Qos qos, ClientConnection by) {
        synchronized (this) {
            if (connection != by) {
                return;
            }
            messages.skip(packetId, qos, number);
        }
        drops.addTooLarge();
        context.counts().dropped();
    }

    synchronized ReceivedQos2.Arrival arrivedQos2(int packetId, boolean duplicate, ClientConnection by) {
        received = received == null ? new ReceivedQos2() : received;
        boolean known = received.contains(packetId);
        if (!known && !context.space().admits(bytes() + Footprint.RECEIVED_ID, Footprint.RECEIVED_ID)) {
            return ReceivedQos2.Arrival.FULL;
        }
        long before = receivedBytes();
        ReceivedQos2.Arrival arrival = received.arrived(packetId, duplicate, by);
        countReceived(before);
        return arrival;
    }

    private void countReceived(long before) {
        if (!ended) {
            context.space().add(receivedBytes() - before);
        }
    }

    /** What has to be stored together with a QoS 2 message that has just arrived. */
    synchronized List<Change> storingQos2(int packetId) {
        if (number == 0 || ended) {
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
        long before = receivedBytes();
        PublishResult result = received.answer(packetId);
        countReceived(before);
        return result;
    }

    /**
     * What PUBREL comes to.
     *
     * @param stored completes when that is stored
     */
    record Released(ReasonCode code, CompletableFuture<Void> stored) {}

    synchronized Released releasedQos2(int packetId) {
        if (received != null && received.isPending(packetId)) {
            return new Released(ReasonCode.PROTOCOL_ERROR, Persistence.STORED);
        }
        boolean stored = received != null && received.isStored(packetId);
        long before = receivedBytes();
        if (received == null || !received.released(packetId)) {
            return new Released(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Persistence.STORED);
        }
        countReceived(before);
        return new Released(
                ReasonCode.SUCCESS,
                stored
                        ? context.persistence().write(List.of(Change.remove(Persistence.receivedKey(number, packetId))))
                        : Persistence.STORED);
    }

    /** Takes up what was stored of it, but for messages. */
    synchronized void restore(RecoveredSession recovered) {
        number = recovered.number();
        recovered.subscriptions(
                this,
                (subscription, after) -> subscriptions.restore(
                        subscription, after.map(topic -> new RetainedScan(context.retained(), subscription, topic))));
        if (!recovered.received().isEmpty()) {
            received = new ReceivedQos2();
            recovered.received().forEach(received::restore);
            countReceived(0);
        }
    }

    /** Takes up the messages that were stored, once all members of groups are there. */
    synchronized void restoreMessages(RecoveredSession recovered) {
        messages.restore(recovered);
        if (recovered.hasShared()) {
            leave(); // nobody is there yet: its groups know where the messages are
        }
    }
}
