// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.SessionStore;
import io.amphora.mqtt.spi.SessionStore.Change;
import io.amphora.mqtt.spi.SessionStore.RecordKey;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings back what a store holds, before the first connection. A record whose session has ended is left over from the
 * moment in which the process did, and goes. Confined to the thread that reads the store.
 */
final class Recovery implements SessionStore.Reader, RecoveredSession.Messages {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Persistence persistence;
    private final TooDeep tooDeep;
    private final Map<Long, RecoveredSession> sessions = new HashMap<>();
    private final Map<Long, RecoveredMessage> messages = new HashMap<>();
    private final Map<Long, Delivery.Arrival> retained = new HashMap<>();
    private final Map<TopicName, TopicName> topics = new HashMap<>();
    private Optional<Records.OfSchema> schema = Optional.empty();
    private long latest;

    /** @param bounds of topics; records beyond are dropped */
    Recovery(Persistence persistence, Bounds bounds) {
        this.persistence = persistence;
        this.tooDeep = new TooDeep(bounds);
    }

    /**
     * Reads the store into the broker's state.
     *
     * @throws IOException if it cannot be read, or is of another version
     */
    void run(Sessions into, RetainedMessages retainedInto, SubscriptionIndex index) throws IOException {
        try {
            persistence.read(this);
        } catch (RuntimeException e) {
            throw new IOException("a record of the session store is not understood", e);
        }
        checkSchema();
        setClock();
        tooDeep.logOthers();
        List<Change> removals = new ArrayList<>(tooDeep.changes());
        List<RecoveredSession> whole = dropOrphans(removals);
        List<Restored> lasting = restore(whole, into, index, removals);
        messages.forEach((number, message) -> {
            if (!message.isWanted()) {
                removals.add(Change.remove(new RecordKey(RecordKind.MESSAGE, 0, number)));
            }
        });
        retained.forEach((number, message) -> retainedInto.restore(message, number));
        removals.add(Persistence.schema(persistence.clock().read()));
        var unused = persistence.write(removals);
        lasting.forEach(each -> into.resume(each.session(), each.record()));
        LOG.info("Brought back {} sessions and {} retained messages", lasting.size(), retained.size());
    }

    /** A session that goes on, and its record. */
    private record Restored(Session session, Records.OfSession record) {}

    /**
     * First all subscriptions, since messages of a group are there for all of its members. Returns the sessions that have
     * not ended.
     */
    private List<Restored> restore(
            List<RecoveredSession> whole, Sessions into, SubscriptionIndex index, List<Change> removals) {
        List<Session> restored = new ArrayList<>(whole.size());
        whole.forEach(session -> restored.add(into.restore(session)));
        for (int i = 0; i < whole.size(); i++) {
            whole.get(i).resolve(this, index, removals);
            restored.get(i).restoreMessages(whole.get(i));
        }
        Map<ClientId, RecoveredSession> latest = latest(whole);
        List<Restored> lasting = new ArrayList<>(latest.size());
        for (int i = 0; i < whole.size(); i++) {
            RecoveredSession session = whole.get(i);
            Records.OfSession record = session.session().orElseThrow();
            if (latest.get(record.id()) == session && !record.isOver()) {
                lasting.add(new Restored(restored.get(i), record));
            } else {
                restored.get(i).end().settle();
            }
        }
        return lasting;
    }

    /** What a clean start had ended may be there still, when the broker's end kept it from removing that. */
    private static Map<ClientId, RecoveredSession> latest(List<RecoveredSession> byNumber) {
        Map<ClientId, RecoveredSession> latest = new HashMap<>();
        byNumber.forEach(session -> latest.put(session.session().orElseThrow().id(), session));
        return latest;
    }

    private void checkSchema() throws IOException {
        boolean empty = sessions.isEmpty() && messages.isEmpty() && retained.isEmpty();
        int version = schema.map(Records.OfSchema::version).orElse(empty ? Records.SCHEMA : 0);
        if (version != Records.SCHEMA) {
            throw new IOException(
                    "the session store is of version " + version + ", this broker reads " + Records.SCHEMA);
        }
    }

    /** Without a reading of before, the wall clock is all there is to go by. */
    private void setClock() {
        BrokerClock clock = persistence.clock();
        clock.goOn(schema.flatMap(Records.OfSchema::reading).orElseGet(clock::readWall), latest);
    }

    /** Removes what has no record of its session; returns the others, by their numbers. */
    private List<RecoveredSession> dropOrphans(List<Change> removals) {
        List<RecoveredSession> whole = new ArrayList<>(sessions.size());
        for (RecoveredSession session : sessions.values()) {
            if (session.session().isEmpty()) {
                session.discard(removals);
            } else {
                whole.add(session);
                session.countWaiting(this);
            }
        }
        whole.sort(Comparator.comparingLong(RecoveredSession::number));
        return whole;
    }

    @Override
    public void record(RecordKey key, ByteBuffer value) {
        persistence.used(Math.max(key.owner(), key.kind() == RecordKind.RECEIVED ? 0 : key.number()));
        switch (key.kind()) {
            case SCHEMA -> schema = Optional.of(Records.OfSchema.read(value));
            case SESSION -> session(key).session(tooDeep.withoutWill(key, session(value)));
            case SUBSCRIPTION -> {
                Records.OfSubscription subscription = Records.OfSubscription.read(value);
                if (!tooDeep.drops(key, subscription.filter().pattern())) {
                    session(key).subscription(key.number(), subscription);
                }
            }
            case MESSAGE -> {
                Records.OfMessage message = Records.OfMessage.read(value);
                if (!tooDeep.drops(key, topic(message))) {
                    messages.put(key.number(), new RecoveredMessage(arrival(message)));
                }
            }
            case QUEUED -> {
                Records.OfQueued queued = queued(value);
                if (queued.message().isEmpty()
                        || !tooDeep.drops(key, topic(queued.message().get()))) {
                    session(key).queued(key.number(), queued, this);
                }
            }
            case EXCHANGE -> session(key).exchange(key.number(), Records.OfExchange.read(value));
            case RECEIVED -> session(key).received((int) key.number());
            case RETAINED -> {
                Records.OfMessage message = Records.OfMessage.read(value);
                if (!tooDeep.drops(key, topic(message))) {
                    retained.put(key.number(), arrival(message));
                }
            }
        }
    }

    private Records.OfSession session(ByteBuffer value) {
        Records.OfSession record = Records.OfSession.read(value);
        latest = Math.max(latest, record.left());
        return record;
    }

    private Records.OfQueued queued(ByteBuffer value) {
        Records.OfQueued record = Records.OfQueued.read(value);
        record.message().ifPresent(message -> latest = Math.max(latest, message.arrived()));
        return record;
    }

    private static String topic(Records.OfMessage record) {
        return record.message().topic().value();
    }

    private RecoveredSession session(RecordKey key) {
        return sessions.computeIfAbsent(key.owner(), RecoveredSession::new);
    }

    @Override
    public Optional<RecoveredMessage> find(long number) {
        return Optional.ofNullable(messages.get(number));
    }

    /** Messages to one topic share its name. */
    @Override
    public Delivery.Arrival arrival(Records.OfMessage record) {
        latest = Math.max(latest, record.arrived());
        Message read = record.message();
        TopicName topic = topics.computeIfAbsent(read.topic(), name -> name);
        Message message = new Message(topic, read.payload(), read.qos(), read.retain(), read.properties());
        return new Delivery.Arrival(message, BrokerClock.nanos(record.arrived()));
    }
}
