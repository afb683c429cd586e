// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.ClientRegistry;
import io.amphora.mqtt.spi.Publisher;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** All that outlives connections: sessions, subscriptions and retained messages. Thread-safe. */
final class BrokerState implements Publisher, ClientRegistry {

    private final SubscriptionIndex index = new SubscriptionIndex();
    private final RetainedMessages retained;
    private final SessionContext context;
    private final Sessions sessions;
    private final Router router;
    private final SharedBound pending;
    private final ConnectionRate connectionRate;
    private final ScheduledExecutorService timer;
    private final Persistence persistence;
    private final ClockRecord clockRecord;
    private final ClientEvents events;
    private final Counts counts = new Counts();
    private final LongSupplier clock;
    private volatile BrokerSettings settings;

    /**
     * @param timer runs what is due later; its owner ends it
     * @param clock nanoseconds that only grow
     */
    BrokerState(BrokerSettings settings, ScheduledExecutorService timer, LongSupplier clock, Persistence persistence) {
        this.settings = settings;
        this.clock = clock;
        this.timer = timer;
        this.connectionRate = new ConnectionRate(() -> this.settings().rates(), clock);
        this.persistence = persistence;
        this.clockRecord = new ClockRecord(persistence);
        this.retained = new RetainedMessages(this::settings, persistence);
        this.context = new SessionContext(
                index,
                new SessionSpace(this::settings, index),
                retained,
                new AtomicLong(),
                this::settings,
                clock,
                timer,
                counts,
                persistence,
                new ReentrantLock());
        this.router = new Router(index, retained, persistence, clock);
        this.events = new ClientEvents(this, persistence.clock()::wallMillis);
        this.sessions = new Sessions(context, timer, router::publish);
        this.pending = new SharedBound(() -> this.settings().totalPendingBytes());
    }

    /** Takes up what is stored, before the first connection. */
    void recover() throws IOException {
        if (persistence.isOn()) {
            new Recovery(persistence, settings.bounds()).run(sessions, retained, index);
            clockRecord.run();
            var unused = timer.scheduleWithFixedDelay(
                    this::watchClock, ClockRecord.SECONDS, ClockRecord.SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Takes note if the machine's clock was set. */
    void watchClock() {
        clockRecord.run();
    }

    /** Stores the broker's time, from which the next one goes on; before the store closes. */
    void storeClock() {
        clockRecord.store();
    }

    Persistence persistence() {
        return persistence;
    }

    BrokerSettings settings() {
        return settings;
    }

    /** Takes new settings; connections keep what they were told at CONNACK. */
    void change(BrokerSettings next) {
        settings = next;
    }

    @Override
    public List<ClientView> clients() {
        return sessions.views();
    }

    @Override
    public Optional<ClientView> client(ClientId id) {
        return sessions.find(id).map(Session::view);
    }

    @Override
    public boolean disconnect(ClientId id) {
        Optional<ClientConnection> connection = sessions.find(id).flatMap(Session::connection);
        connection.ifPresent(ClientConnection::dismiss);
        return connection.isPresent();
    }

    ClientEvents events() {
        return events;
    }

    SubscriptionIndex index() {
        return index;
    }

    Sessions sessions() {
        return sessions;
    }

    Router router() {
        return router;
    }

    SessionSpace sessionSpace() {
        return context.space();
    }

    RetainedMessages retained() {
        return retained;
    }

    SharedBound pending() {
        return pending;
    }

    ConnectionRate connectionRate() {
        return connectionRate;
    }

    Counts counts() {
        return counts;
    }

    /** Runs what is due later; not for work that takes long. */
    ScheduledExecutorService timer() {
        return timer;
    }

    long nanoTime() {
        return clock.getAsLong();
    }

    @Override
    public boolean hasSubscribers(TopicName topic) {
        return router.hasSubscribers(topic);
    }

    @Override
    public void publish(Message message) {
        router.publish(message);
    }
}
