// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Qos;
import io.amphora.mqtt.spi.SessionStore;
import io.amphora.mqtt.spi.SessionStore.Change;
import io.amphora.mqtt.spi.SessionStore.RecordKey;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker's way to the session store: numbers what is stored, and makes the changes that store it. Without a store all
 * is in memory only. Thread-safe.
 */
final class Persistence {

    static final CompletableFuture<Void> STORED = CompletableFuture.completedFuture(null);

    private static final Logger LOG = LoggerFactory.getLogger(Persistence.class);

    private final Optional<SessionStore> store;
    private final BrokerClock clock;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicBoolean failing = new AtomicBoolean();

    /** Begins with a store that may hold something. */
    Persistence(Optional<SessionStore> store, BrokerClock clock) {
        this.store = store;
        this.clock = clock;
    }

    static Persistence none(LongSupplier clock) {
        return new Persistence(Optional.empty(), new BrokerClock(clock, System::currentTimeMillis));
    }

    boolean isOn() {
        return store.isPresent();
    }

    /** Hands over what is stored; before anything else. */
    void read(SessionStore.Reader reader) throws IOException {
        if (store.isPresent()) {
            store.get().read(reader);
        }
    }

    /** A number that is higher than every one before. */
    long next() {
        return numbers.incrementAndGet();
    }

    /** A number is in use already. */
    void used(long number) {
        numbers.accumulateAndGet(number, Math::max);
    }

    BrokerClock clock() {
        return clock;
    }

    /** Completes when the changes are stored, exceptionally if they cannot be. */
    CompletableFuture<Void> write(List<Change> changes) {
        return changes.isEmpty() || store.isEmpty() ? STORED : submit(changes);
    }

    /** Completes when all earlier changes are stored. */
    CompletableFuture<Void> earlierChanges() {
        return store.isEmpty() ? STORED : submit(List.of());
    }

    private CompletableFuture<Void> submit(List<Change> changes) {
        CompletableFuture<Void> stored = store.orElseThrow().write(changes).toCompletableFuture();
        return stored.whenComplete((done, failure) -> {
            boolean failed = failure != null;
            if (failing.compareAndSet(!failed, failed)) {
                if (failed) {
                    LOG.error("Sessions cannot be stored, QoS 1 and 2 is refused until they can", failure);
                } else {
                    LOG.info("Sessions can be stored again");
                }
            }
        });
    }

    static Change schema(BrokerClock.Reading reading) {
        return Change.put(new RecordKey(RecordKind.SCHEMA, 0, 0), new Records.OfSchema(Optional.of(reading)).bytes());
    }

    static Change session(long number, Records.OfSession session) {
        return Change.put(new RecordKey(RecordKind.SESSION, number, 0), session.bytes());
    }

    /** @param retainedAfter topic after which its retained messages go on, if some are left to send */
    static Change subscription(long session, Subscription subscription, Optional<String> retainedAfter) {
        return Change.put(
                subscriptionKey(session, subscription),
                new Records.OfSubscription(
                                subscription.filter(), subscription.options(), subscription.identifier(), retainedAfter)
                        .bytes());
    }

    static RecordKey subscriptionKey(long session, Subscription subscription) {
        return new RecordKey(RecordKind.SUBSCRIPTION, session, subscription.number());
    }

    Records.OfMessage message(Delivery.Arrival arrival) {
        return new Records.OfMessage(arrival.message(), TimeUnit.NANOSECONDS.toMillis(arrival.nanoTime()));
    }

    Change message(Stored stored, Delivery.Arrival arrival) {
        return Change.put(
                new RecordKey(RecordKind.MESSAGE, 0, stored.number()),
                message(arrival).bytes());
    }

    Change queued(long session, Stored stored, Delivery delivery) {
        Optional<Records.OfMessage> inline =
                stored.isShared() ? Optional.empty() : Optional.of(message(delivery.arrival()));
        return Change.put(
                new RecordKey(RecordKind.QUEUED, session, stored.number()),
                new Records.OfQueued(
                                delivery.qos(),
                                delivery.retain(),
                                delivery.subscriptionIdentifiers(),
                                inline,
                                delivery.group().map(ShareGroup::filter))
                        .bytes());
    }

    static Change exchange(long session, long number, int packetId, boolean released) {
        return Change.put(exchangeKey(session, number), new Records.OfExchange(packetId, released).bytes());
    }

    static RecordKey exchangeKey(long session, long number) {
        return new RecordKey(RecordKind.EXCHANGE, session, number);
    }

    static RecordKey receivedKey(long session, int packetId) {
        return new RecordKey(RecordKind.RECEIVED, session, packetId);
    }

    /** Whether a delivery to a session is to be stored. */
    static boolean keeps(Session session, Delivery delivery) {
        return delivery.qos() != Qos.AT_MOST_ONCE && session.isPersistent();
    }
}
