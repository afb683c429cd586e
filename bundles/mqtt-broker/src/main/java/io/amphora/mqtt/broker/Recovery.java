// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.spi.SessionStore;
import io.amphora.mqtt.spi.SessionStore.Change;
import io.amphora.mqtt.spi.SessionStore.RecordKey;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings back what a store holds, before the first connection. A record whose session has ended is left over from the
 * moment in which the process did, and goes. Confined to the thread that reads the store.
 */
final class Recovery implements SessionStore.Reader, RecoveredSession.Messages {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Persistence persistence;
    private final Map<Long, RecoveredSession> sessions = new TreeMap<>();
    private final Map<Long, Records.OfMessage> messages = new HashMap<>();
    private final Map<Long, Delivery.Arrival> found = new HashMap<>();
    private final Map<Long, Integer> waiting = new HashMap<>();
    private final Map<Long, Stored> places = new HashMap<>();
    private final Map<Long, Records.OfMessage> retained = new HashMap<>();
    private Optional<Integer> schema = Optional.empty();

    Recovery(Persistence persistence) {
        this.persistence = persistence;
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
        List<Change> removals = new ArrayList<>();
        dropOrphans(removals);
        Map<RecoveredSession, Session> restored = restore(into, index, removals);
        messages.keySet().stream()
                .filter(number -> !places.containsKey(number))
                .forEach(number -> removals.add(Change.remove(new RecordKey(RecordKind.MESSAGE, 0, number))));
        retained.forEach((number, message) -> retainedInto.restore(arrival(message), number));
        removals.add(Persistence.schema());
        var unused = persistence.write(removals);
        restored.forEach(
                (recovered, session) -> into.resume(session, recovered.session().orElseThrow()));
        LOG.info("Brought back {} sessions and {} retained messages", restored.size(), retained.size());
    }

    /**
     * First all subscriptions, since messages of a group are there for all of its members. Returns the sessions that have
     * not ended.
     */
    private Map<RecoveredSession, Session> restore(Sessions into, SubscriptionIndex index, List<Change> removals) {
        Map<RecoveredSession, Session> restored = new LinkedHashMap<>();
        sessions.values().forEach(session -> restored.put(session, into.restore(session)));
        restored.forEach((recovered, session) -> {
            recovered.resolve(this, index, removals);
            session.restoreMessages(recovered);
        });
        Set<RecoveredSession> over = new LinkedHashSet<>(replaced());
        sessions.values().stream()
                .filter(session -> session.session().orElseThrow().isOver())
                .forEach(over::add);
        over.forEach(session -> restored.remove(session).end().settle());
        return restored;
    }

    /** Sessions that a clean start had ended, when the broker's end kept it from removing them: later ones have their id. */
    private List<RecoveredSession> replaced() {
        Map<ClientId, RecoveredSession> latest = new HashMap<>();
        List<RecoveredSession> replaced = new ArrayList<>();
        for (RecoveredSession session : sessions.values()) { // by their numbers
            RecoveredSession before = latest.put(session.session().orElseThrow().id(), session);
            if (before != null) {
                replaced.add(before);
            }
        }
        return replaced;
    }

    private void checkSchema() throws IOException {
        boolean empty = sessions.isEmpty() && messages.isEmpty() && retained.isEmpty();
        int version = schema.orElse(empty ? Records.SCHEMA : 0);
        if (version != Records.SCHEMA) {
            throw new IOException(
                    "the session store is of version " + version + ", this broker reads " + Records.SCHEMA);
        }
    }

    private void dropOrphans(List<Change> removals) {
        sessions.values().removeIf(session -> {
            boolean orphan = session.session().isEmpty();
            if (orphan) {
                session.discard(removals);
            }
            return orphan;
        });
        sessions.values().forEach(session -> session.countWaiting(waiting));
    }

    @Override
    public void record(RecordKey key, ByteBuffer value) {
        persistence.used(Math.max(key.owner(), key.kind() == RecordKind.RECEIVED ? 0 : key.number()));
        switch (key.kind()) {
            case SCHEMA -> schema = Optional.of((int) value.get());
            case SESSION -> session(key).session(Records.OfSession.read(value));
            case SUBSCRIPTION -> session(key).subscription(key.number(), Records.OfSubscription.read(value));
            case MESSAGE -> messages.put(key.number(), Records.OfMessage.read(value));
            case QUEUED -> session(key).queued(key.number(), Records.OfQueued.read(value));
            case EXCHANGE -> session(key).exchange(key.number(), Records.OfExchange.read(value));
            case RECEIVED -> session(key).received((int) key.number());
            case RETAINED -> retained.put(key.number(), Records.OfMessage.read(value));
        }
    }

    private RecoveredSession session(RecordKey key) {
        return sessions.computeIfAbsent(key.owner(), RecoveredSession::new);
    }

    @Override
    public Optional<Delivery.Arrival> find(long number) {
        Records.OfMessage message = messages.get(number);
        return message == null ? Optional.empty() : Optional.of(found.computeIfAbsent(number, key -> arrival(message)));
    }

    @Override
    public Delivery.Arrival arrival(Records.OfMessage message) {
        return new Delivery.Arrival(message.message(), persistence.nanosOf(message.arrived()));
    }

    @Override
    public Stored place(long number) {
        return places.computeIfAbsent(number, key -> new Stored(number, waiting.get(number), true));
    }
}
