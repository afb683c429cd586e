// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.Connect;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.Will;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The sessions by client identifier: at most one each, with at most one connection [MQTT-3.1.4-3]. Sessions whose
 * connection has ended wait here for the next one or for their expiry, and with them their wills. Thread-safe.
 */
final class Sessions {

    private final Map<ClientId, Entry> entries = new HashMap<>();
    private final SessionContext context;
    private final ScheduledExecutorService timer;
    private final Consumer<Message> wills;

    /** @param wills where wills go that are due */
    Sessions(SessionContext context, ScheduledExecutorService timer, Consumer<Message> wills) {
        this.context = context;
        this.timer = timer;
        this.wills = wills;
    }

    /**
     * What came of {@link #open}.
     *
     * @param present whether the client finds a session of before
     * @param displaced the connection that had the session, which its owner has to end
     */
    record Opened(Session session, boolean present, Optional<ClientConnection> displaced) {}

    /** Gives a connection its session; nothing if there are too many already. */
    Optional<Opened> open(ClientId id, ClientConnection by, boolean cleanStart, int receiveMaximum) {
        Optional<Will> due = Optional.empty();
        List<Delivery> orphans = List.of();
        Opened opened;
        synchronized (this) {
            Entry before = entries.get(id);
            if (before == null && entries.size() >= context.settings().maximumSessions()) {
                return Optional.empty();
            }
            boolean present = before != null && !cleanStart;
            Entry entry = present ? before : new Entry(new Session(id, context));
            entries.put(id, entry);
            Optional<ClientConnection> displaced = entry.session.attach(by, receiveMaximum);
            if (before != null) {
                Optional<Will> will = before.wake();
                due = cleanStart ? will : Optional.empty(); // [MQTT-3.1.3-9]
            }
            if (before != null && cleanStart) {
                displaced = before.session.attach(by, receiveMaximum);
                orphans = before.session.end();
            }
            opened = new Opened(entry.session, present, displaced);
        }
        due.ifPresent(this::publish);
        Delivery.redistribute(orphans);
        return Optional.of(opened);
    }

    /**
     * A connection has ended.
     *
     * @param expiry seconds that the session is kept
     * @param will what to publish for the client, at once or after its delay, whichever comes first with the session's
     *     end
     */
    void leave(Session session, ClientConnection by, long expiry, Optional<Will> will) {
        Optional<Will> due = Optional.empty();
        List<Delivery> orphans;
        synchronized (this) {
            if (!session.detach(by)) {
                return;
            }
            orphans = expiry == 0 ? session.end() : session.yieldShared();
            Entry entry = entries.get(session.id());
            if (expiry == 0) {
                entries.remove(session.id());
                due = will;
            } else if (will.isPresent() && will.get().delay() == 0) {
                due = will;
                sleep(entry, expiry, Optional.empty());
            } else {
                sleep(entry, expiry, will);
            }
        }
        due.ifPresent(this::publish);
        Delivery.redistribute(orphans);
    }

    synchronized int size() {
        return entries.size();
    }

    private void sleep(Entry entry, long expiry, Optional<Will> will) {
        entry.will = will;
        if (will.isPresent() && will.get().delay() < expiry) {
            entry.willTimer = timer.schedule(() -> willIsDue(entry), will.get().delay(), TimeUnit.SECONDS);
        }
        if (expiry != Connect.NEVER) {
            entry.expiryTimer = timer.schedule(() -> expire(entry), expiry, TimeUnit.SECONDS);
        }
    }

    private void willIsDue(Entry entry) {
        Optional<Will> due;
        synchronized (this) {
            if (entry.session.isConnected()) {
                return;
            }
            due = entry.will;
            entry.will = Optional.empty();
        }
        due.ifPresent(this::publish);
    }

    private void expire(Entry entry) {
        Optional<Will> due;
        List<Delivery> orphans;
        synchronized (this) {
            if (entry.session.isConnected() || !entries.remove(entry.session.id(), entry)) {
                return;
            }
            due = entry.wake();
            orphans = entry.session.end();
        }
        due.ifPresent(this::publish);
        Delivery.redistribute(orphans);
    }

    private void publish(Will will) {
        wills.accept(will.message());
    }

    /** A session and what is to happen to it while it has no connection. Guarded by the registry. */
    private static final class Entry {

        private final Session session;
        private Optional<Will> will = Optional.empty();
        private ScheduledFuture<?> willTimer;
        private ScheduledFuture<?> expiryTimer;

        Entry(Session session) {
            this.session = session;
        }

        /** Stops the timers; returns the will that was waiting. */
        Optional<Will> wake() {
            cancel(willTimer);
            cancel(expiryTimer);
            willTimer = null;
            expiryTimer = null;
            Optional<Will> waited = will;
            will = Optional.empty();
            return waited;
        }

        private static void cancel(ScheduledFuture<?> task) {
            if (task != null) {
                task.cancel(false);
            }
        }
    }
}
