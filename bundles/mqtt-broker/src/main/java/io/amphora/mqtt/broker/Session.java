// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.ServerPacket;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.spi.PublishResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * What the broker keeps of a client, whether it is connected or not (section 4.1): subscriptions, the messages that wait
 * for it, and the state of its QoS 1 and 2 flows. Messages that come in while a connection is there are fetched by the
 * connection on its event loop, which is told of the first of them only. Thread-safe.
 */
final class Session {

    private static final CompletableFuture<Void> ROOM = CompletableFuture.completedFuture(null);

    private final ClientId id;
    private final SessionContext context;
    private final DropCount drops;

    private Map<TopicFilter, Subscription> subscriptions = Map.of();
    private Map<TopicFilter, Iterator<Delivery>> retained = Map.of();
    private DeliveryQueue queue;
    private Inflight inflight;
    private ReceivedQos2 received;
    private volatile ClientConnection connection;
    private boolean told; // the connection knows that messages wait
    private boolean ended;
    private Stall stall; // while publishers wait
    private volatile boolean full;

    Session(ClientId id, SessionContext context) {
        this.id = id;
        this.context = context;
        this.drops = new DropCount(id);
    }

    ClientId id() {
        return id;
    }

    boolean isConnected() {
        return connection != null;
    }

    /** Whether its client does not keep up. */
    boolean isFull() {
        return full;
    }

    DropCount drops() {
        return drops;
    }

    /** Gives the session to a connection, which then calls {@link #take}; returns the one that had it. */
    synchronized Optional<ClientConnection> attach(ClientConnection next, int receiveMaximum) {
        Optional<ClientConnection> previous = Optional.ofNullable(connection);
        connection = next;
        told = true;
        if (inflight == null) {
            inflight = new Inflight();
        }
        inflight.resume(receiveMaximum);
        return previous;
    }

    /** The connection has ended; false if the session is another's by now. */
    boolean detach(ClientConnection previous) {
        Stall past;
        synchronized (this) {
            if (connection != previous) {
                return false;
            }
            connection = null;
            retained = Map.of();
            past = recovered();
        }
        end(past);
        return true;
    }

    /** What came by shared subscriptions, was not acknowledged, and another client is there for: it is that one's now. */
    synchronized List<Delivery> yieldShared() {
        return takeShared(group -> group.hasOtherThan(this));
    }

    private List<Delivery> takeShared(Predicate<ShareGroup> condition) {
        Predicate<Delivery> shared = delivery ->
                delivery.group().isPresent() && condition.test(delivery.group().get());
        List<Delivery> taken = new ArrayList<>();
        if (inflight != null) {
            taken.addAll(inflight.takeAll(shared));
        }
        if (queue != null) {
            taken.addAll(queue.takeAll(shared));
        }
        return taken;
    }

    /** Forgets everything; messages are taken no more. Returns those that others of a shared subscription are to get. */
    List<Delivery> end() {
        List<Delivery> orphans;
        Stall past;
        synchronized (this) {
            orphans = forget();
            past = recovered();
        }
        end(past);
        return orphans;
    }

    private List<Delivery> forget() {
        ended = true;
        connection = null;
        retained = Map.of();
        subscriptions.values().forEach(context.index()::remove);
        subscriptions = Map.of();
        List<Delivery> orphans = takeShared(group -> true);
        if (queue != null) {
            queue.clear();
        }
        return orphans;
    }

    /**
     * Adds or replaces a subscription; returns whether there was none before.
     *
     * @param matching the retained messages to send for it
     */
    synchronized boolean subscribe(Subscription subscription, Iterator<Delivery> matching) {
        if (ended) {
            return false;
        }
        subscriptions = subscriptions.isEmpty() ? new HashMap<>(4) : subscriptions;
        Subscription before = subscriptions.put(subscription.filter(), subscription);
        context.index().add(subscription);
        if (before != null) {
            context.index().remove(before);
        }
        if (matching.hasNext()) {
            retained = retained.isEmpty() ? new LinkedHashMap<>(4) : retained;
            retained.put(subscription.filter(), matching);
            told = true;
        }
        return before == null;
    }

    synchronized boolean isSubscribed(TopicFilter filter) {
        return subscriptions.containsKey(filter);
    }

    synchronized int subscriptionCount() {
        return subscriptions.size();
    }

    /** Whether there was such a subscription. */
    synchronized boolean unsubscribe(TopicFilter filter) {
        Subscription gone = subscriptions.isEmpty() ? null : subscriptions.remove(filter);
        if (gone != null) {
            context.index().remove(gone);
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
        CompletableFuture<Void> room = ROOM;
        synchronized (this) {
            if (ended || (connection == null && delivery.qos() == Qos.AT_MOST_ONCE)) {
                return ROOM;
            }
            BrokerSettings settings = context.settings();
            if (queue().hasRoomFor(delivery, settings)) {
                queue.add(delivery);
            } else if (pushesBack(delivery, settings)) {
                queue.add(delivery);
                room = stall(settings).room();
            } else {
                full = true;
                dropped = true;
            }
            if (connection != null && (dropped || !told)) {
                tell = connection;
                told = true;
            }
        }
        if (dropped) {
            drops.add();
            context.counts().dropped();
        }
        if (tell != null) {
            tell.messagesWait(dropped);
        }
        return room;
    }

    private boolean pushesBack(Delivery delivery, BrokerSettings settings) {
        return connection != null
                && delivery.qos() != Qos.AT_MOST_ONCE
                && settings.slowSubscriber() == BrokerSettings.SlowSubscriber.BLOCK;
    }

    private Stall stall(BrokerSettings settings) {
        if (stall == null) {
            full = true;
            stall = new Stall(context.timer(), settings.slowSubscriberWait(), this::stalledForTooLong);
        }
        return stall;
    }

    private void stalledForTooLong() {
        ClientConnection slow;
        synchronized (this) {
            slow = stall == null ? null : connection;
        }
        if (slow != null) {
            slow.tooSlow();
        }
    }

    /**
     * Moves messages that may be sent now to {@code batch}.
     *
     * @param most packets in the batch
     */
    void take(ClientConnection by, int most, List<ServerPacket> batch) {
        Stall past;
        synchronized (this) {
            long now = context.nanoTime();
            while (connection == by && batch.size() < most && takeOne(batch, now)) {
                // until nothing is left, or nothing may be sent
            }
            past = full && queue().hasRecovered(context.settings()) ? recovered() : null;
        }
        end(past);
    }

    private Stall recovered() {
        Stall past = stall;
        stall = null;
        full = false;
        return past;
    }

    private static void end(Stall past) {
        if (past != null) {
            past.over();
        }
    }

    private boolean takeOne(List<ServerPacket> batch, long now) {
        if (inflight.isResending()) {
            return inflight.hasRoom() && batch.add(inflight.resend(now));
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
        if (!delivery.arrival().hasExpired(now)) {
            batch.add(
                    delivery.qos() == Qos.AT_MOST_ONCE ? delivery.packet(0, false, now) : inflight.send(delivery, now));
        }
        return true;
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

    /** An acknowledgement of the client's for a message that was sent to it. */
    synchronized Inflight.Step acknowledged(Acknowledgement packet) {
        int packetId = packet.packetId();
        return switch (packet.type()) {
            case PUBACK -> inflight.acknowledged(packetId);
            case PUBREC -> inflight.received(packetId, packet.reasonCode().isError());
            case PUBCOMP -> inflight.completed(packetId);
            case PUBREL -> throw new IllegalArgumentException("PUBREL acknowledges nothing that was sent");
        };
    }

    /** The message that was just taken can never be sent to this client: it counts as acknowledged. */
    synchronized void skip(int packetId, Qos qos) {
        switch (qos) {
            case AT_MOST_ONCE -> {}
            case AT_LEAST_ONCE -> inflight.acknowledged(packetId);
            case EXACTLY_ONCE -> inflight.received(packetId, true);
        }
    }

    synchronized ReceivedQos2.Arrival arrivedQos2(int packetId, boolean duplicate, ClientConnection by) {
        received = received == null ? new ReceivedQos2() : received;
        return received.arrived(packetId, duplicate, by);
    }

    /** Notes the result of a QoS 2 message; returns the connection that is to send it now. */
    synchronized Optional<ClientConnection> completedQos2(int packetId, PublishResult result) {
        return received.completed(packetId, result, connection) ? Optional.ofNullable(connection) : Optional.empty();
    }

    synchronized PublishResult answerQos2(int packetId) {
        return received.answer(packetId);
    }

    synchronized ReasonCode releasedQos2(int packetId) {
        boolean known = received != null && received.released(packetId);
        return known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
    }

    private DeliveryQueue queue() {
        queue = queue == null ? new DeliveryQueue(context.queuedBytes()) : queue;
        return queue;
    }
}
