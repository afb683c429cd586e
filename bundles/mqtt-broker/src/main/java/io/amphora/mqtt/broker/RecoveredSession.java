// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Qos;
import io.amphora.mqtt.spi.SessionStore.Change;
import io.amphora.mqtt.spi.SessionStore.RecordKey;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** The records of one session, gathered from the store. Confined to the thread that reads the store. */
final class RecoveredSession {

    private final long number;
    private final Map<Long, Records.OfSubscription> subscriptions = new LinkedHashMap<>();
    private final TreeMap<Long, Records.OfQueued> queued = new TreeMap<>();
    private final TreeMap<Long, Records.OfExchange> exchanges = new TreeMap<>();
    private final TreeSet<Integer> received = new TreeSet<>();
    private final List<Delivery> waiting = new ArrayList<>();
    private final List<Exchange> underWay = new ArrayList<>();
    private Records.OfSession session;

    /** A message that was sent; its delivery is null once it was released. */
    record Exchange(int packetId, Qos qos, Delivery delivery, long stored) {}

    /** Where a message is, by its number, if it has a record of its own. */
    interface Messages {

        Optional<Delivery.Arrival> find(long number);

        Delivery.Arrival arrival(Records.OfMessage message);

        /** One place for all sessions that wait for a message of its own record. */
        Stored place(long number);
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
        subscriptions.put(place, record);
    }

    void queued(long place, Records.OfQueued record) {
        queued.put(place, record);
    }

    void exchange(long place, Records.OfExchange record) {
        exchanges.put(place, record);
    }

    void received(int packetId) {
        received.add(packetId);
    }

    /** Puts queue and exchanges together, in the order of their numbers; what has lost its message is removed. */
    void resolve(Messages messages, SubscriptionIndex index, List<Change> removals) {
        queued.forEach((place, record) -> {
            Optional<Delivery> delivery = delivery(place, record, messages)
                    .map(found -> found.by(record.group().map(index::group)));
            Records.OfExchange exchange = exchanges.remove(place);
            if (delivery.isEmpty()) {
                removals.add(Change.remove(new RecordKey(RecordKind.QUEUED, number, place)));
            } else if (exchange == null) {
                waiting.add(delivery.get());
            } else {
                underWay.add(new Exchange(exchange.packetId(), record.qos(), delivery.get(), place));
            }
        });
        exchanges.forEach((place, exchange) -> {
            if (exchange.released()) {
                underWay.add(new Exchange(exchange.packetId(), Qos.EXACTLY_ONCE, null, place));
            } else {
                removals.add(Change.remove(Persistence.exchangeKey(number, place)));
            }
        });
    }

    private static Optional<Delivery> delivery(long place, Records.OfQueued record, Messages messages) {
        Optional<Delivery.Arrival> arrival =
                record.message().map(messages::arrival).or(() -> messages.find(place));
        return arrival.map(found -> new Delivery(found, record.qos(), record.retain(), record.subscriptionIdentifiers())
                .in(record.message().isPresent() ? new Stored(place, 1, false) : messages.place(place)));
    }

    /** Counts, by its number, how many sessions wait for each message that has a record of its own. */
    void countWaiting(Map<Long, Integer> counts) {
        queued.forEach((place, record) -> {
            if (record.message().isEmpty()) {
                counts.merge(place, 1, Integer::sum);
            }
        });
    }

    /** Removes all of it. */
    void discard(List<Change> removals) {
        if (session != null) {
            removals.add(Change.remove(new RecordKey(RecordKind.SESSION, number, 0)));
        }
        subscriptions
                .keySet()
                .forEach(place -> removals.add(Change.remove(new RecordKey(RecordKind.SUBSCRIPTION, number, place))));
        queued.keySet().forEach(place -> removals.add(Change.remove(new RecordKey(RecordKind.QUEUED, number, place))));
        exchanges.keySet().forEach(place -> removals.add(Change.remove(Persistence.exchangeKey(number, place))));
        received.forEach(packetId -> removals.add(Change.remove(Persistence.receivedKey(number, packetId))));
    }

    /** Makes the subscriptions, each with the topic after which its retained messages go on, if some are left. */
    void subscriptions(Session owner, BiConsumer<Subscription, Optional<String>> into) {
        subscriptions.forEach((place, record) -> into.accept(
                new Subscription(owner, record.filter(), record.options(), record.identifier(), place),
                record.retainedAfter()));
    }

    List<Delivery> queued() {
        return waiting;
    }

    List<Exchange> exchanges() {
        return underWay;
    }

    Set<Integer> received() {
        return received;
    }
}
