// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Qos;
import io.amphora.mqtt.spi.SessionStore.Change;
import io.amphora.mqtt.spi.SessionStore.RecordKey;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * The records of one session, gathered from the store. There may be very many of them, with very many messages, so that
 * each message is made at once what the session will keep, wherever its record says all. Confined to the thread that
 * reads the store.
 */
final class RecoveredSession {

    private static final Comparator<Delivery> BY_PLACE = Comparator.comparingLong(RecoveredSession::place);

    private final long number;
    private final List<Placed<Records.OfSubscription>> subscriptions = new ArrayList<>(1);
    private List<Delivery> waiting = new ArrayList<>(4);
    private List<Placed<Records.OfQueued>> unresolved = List.of();
    private Map<Long, Records.OfExchange> exchanges = Map.of();
    private Set<Integer> received = Set.of();
    private List<Exchange> underWay = List.of();
    private Records.OfSession session;
    private boolean shared;

    private record Placed<R>(long place, R record) {}

    /** A message that was sent; its delivery is null once it was released. */
    record Exchange(int packetId, Qos qos, Delivery delivery, long stored) {}

    /** Where messages are. */
    interface Messages {

        /** A message that has a record of its own, by its number. */
        Optional<RecoveredMessage> find(long number);

        Delivery.Arrival arrival(Records.OfMessage message);
    }

    RecoveredSession(long number) {
        this.number = number;
    }

    long number() {
        return number;
    }

    Optional<Records.OfSession> session() {
        return Optional.ofNullable(session);
    }

    void session(Records.OfSession record) {
        session = record;
    }

    void subscription(long place, Records.OfSubscription record) {
        subscriptions.add(new Placed<>(place, record));
    }

    void queued(long place, Records.OfQueued record, Messages messages) {
        if (record.message().isPresent() && record.group().isEmpty()) {
            waiting.add(
                    delivery(place, record, messages.arrival(record.message().get())));
            return;
        }
        shared |= record.group().isPresent();
        unresolved = unresolved.isEmpty() ? new ArrayList<>(4) : unresolved;
        unresolved.add(new Placed<>(place, record));
    }

    void exchange(long place, Records.OfExchange record) {
        exchanges = exchanges.isEmpty() ? new TreeMap<>() : exchanges;
        exchanges.put(place, record);
    }

    void received(int packetId) {
        received = received.isEmpty() ? new TreeSet<>() : received;
        received.add(packetId);
    }

    /** Says of messages with records of their own that it waits for them. */
    void countWaiting(Messages messages) {
        for (Placed<Records.OfQueued> queued : unresolved) {
            if (queued.record().message().isEmpty()) {
                messages.find(queued.place()).ifPresent(RecoveredMessage::count);
            }
        }
    }

    /** Puts queue and exchanges together, in the order of their numbers; what has lost its message is removed. */
    void resolve(Messages messages, SubscriptionIndex index, List<Change> removals) {
        for (Placed<Records.OfQueued> queued : unresolved) {
            resolve(queued.place(), queued.record(), messages)
                    .map(found -> found.by(queued.record().group().map(index::group)))
                    .ifPresentOrElse(waiting::add, () -> removals.add(Change.remove(queuedKey(queued.place()))));
        }
        unresolved = List.of();
        waiting.sort(BY_PLACE);
        if (!exchanges.isEmpty()) {
            resolveExchanges(removals);
        }
    }

    private void resolveExchanges(List<Change> removals) {
        underWay = new ArrayList<>(exchanges.size());
        List<Delivery> unsent = new ArrayList<>(waiting.size());
        for (Delivery delivery : waiting) {
            Records.OfExchange exchange = exchanges.remove(place(delivery));
            if (exchange == null) {
                unsent.add(delivery);
            } else {
                underWay.add(new Exchange(exchange.packetId(), delivery.qos(), delivery, place(delivery)));
            }
        }
        waiting = unsent;
        exchanges.forEach((place, exchange) -> {
            if (exchange.released()) {
                underWay.add(new Exchange(exchange.packetId(), Qos.EXACTLY_ONCE, null, place));
            } else {
                removals.add(Change.remove(Persistence.exchangeKey(number, place)));
            }
        });
    }

    private static Optional<Delivery> resolve(long place, Records.OfQueued record, Messages messages) {
        return record.message().isPresent()
                ? Optional.of(delivery(
                        place, record, messages.arrival(record.message().get())))
                : messages.find(place).map(found -> delivery(record, found.arrival(), found.place(place)));
    }

    private static Delivery delivery(long place, Records.OfQueued record, Delivery.Arrival arrival) {
        return delivery(record, arrival, new Stored(place, 1, false));
    }

    private static Delivery delivery(Records.OfQueued record, Delivery.Arrival arrival, Stored stored) {
        return new Delivery(
                arrival, record.qos(), record.retain(), record.subscriptionIdentifiers(), Optional.empty(), stored);
    }

    private static long place(Delivery delivery) {
        return delivery.place().number();
    }

    private RecordKey queuedKey(long place) {
        return new RecordKey(RecordKind.QUEUED, number, place);
    }

    /** Removes all of it. */
    void discard(List<Change> removals) {
        if (session != null) {
            removals.add(Change.remove(new RecordKey(RecordKind.SESSION, number, 0)));
        }
        subscriptions.forEach(
                each -> removals.add(Change.remove(new RecordKey(RecordKind.SUBSCRIPTION, number, each.place()))));
        waiting.forEach(each -> removals.add(Change.remove(queuedKey(place(each)))));
        unresolved.forEach(each -> removals.add(Change.remove(queuedKey(each.place()))));
        exchanges.keySet().forEach(place -> removals.add(Change.remove(Persistence.exchangeKey(number, place))));
        received.forEach(packetId -> removals.add(Change.remove(Persistence.receivedKey(number, packetId))));
    }

    /** Makes the subscriptions, each with the topic after which its retained messages go on, if some are left. */
    void subscriptions(Session owner, BiConsumer<Subscription, Optional<String>> into) {
        for (Placed<Records.OfSubscription> each : subscriptions) {
            Records.OfSubscription record = each.record();
            into.accept(
                    new Subscription(owner, record.filter(), record.options(), record.identifier(), each.place()),
                    record.retainedAfter());
        }
    }

    List<Delivery> queued() {
        return waiting;
    }

    /** Whether any of its messages came by a shared subscription. */
    boolean hasShared() {
        return shared;
    }

    List<Exchange> exchanges() {
        return underWay;
    }

    Set<Integer> received() {
        return received;
    }
}
