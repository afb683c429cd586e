// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.Connect;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.Will;
import io.amphora.mqtt.spi.ClientRegistry.ClientView;
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

    /**
     * Gives a connection its session; nothing if there are too many already.
     *
     * @param last will of the client, for the case that the process ends before the connection
     */
    Optional<Opened> open(ClientConnection by, Handshake handshake, Optional<Will> last) {
        ClientId id = handshake.client().id();
        boolean cleanStart = handshake.packet().cleanStart();
        int receiveMaximum = handshake.packet().receiveMaximum();
        Optional<Will> due = Optional.empty();
        Leftovers leftovers = Leftovers.NONE;
        Opened opened;
        synchronized (this) {
            Entry before = entries.get(id);
            if (before == null && entries.size() >= context.settings().maximumSessions()) {
                return Optional.empty();
            }
            boolean present = before != null && !cleanStart && !before.ending; // [MQTT-3.1.2-6] of 3.1.1
            Optional<Will> kept = handshake.packet().will();
            if (!hasRoom(id, kept, before, present)) {
                return Optional.empty();
            }
            Entry entry = present ? before : new Entry(new Session(id, context));
            entries.put(id, entry);
            Optional<ClientConnection> displaced = entry.session.attach(by, receiveMaximum);
            if (before != null) {
                Optional<Will> will = before.wake();
                due = present ? Optional.empty() : will; // [MQTT-3.1.3-9]
            }
            entry.session.keepsWill(kept);
            if (before != null && !present) {
                displaced = before.session.attach(by, receiveMaximum);
                leftovers = before.session.end();
            }
            entry.ending = handshake.sessionExpiry() == 0;
            store(entry.session, handshake.sessionExpiry(), last);
            opened = new Opened(entry.session, present, displaced);
        }
        due.ifPresent(this::publish);
        leftovers.settle();
        return Optional.of(opened);
    }

    /** Whether what the session takes more than before, because of the packet, is within the bounds. */
    private boolean hasRoom(ClientId id, Optional<Will> will, Entry before, boolean present) {
        long held = before == null ? 0 : before.session.bytes();
        long wants = present
                ? held - before.session.willBytes() + Footprint.of(will)
                : Footprint.of(id) + Footprint.of(will);
        return wants <= held || context.space().admits(wants, wants - held);
    }

    /** Within the lock, so that the store sees connections begin and end in the order in which they do. */
    private void store(Session session, long expiry, Optional<Will> last) {
        if (!context.persistence().isOn() || (expiry == 0 && !session.isPersistent())) {
            return;
        }
        boolean known = session.isPersistent();
        long number = known ? session.number() : context.persistence().next();
        store(number, new Records.OfSession(session.id(), expiry, 0, last));
        if (!known) {
            session.persist(number);
        }
    }

    private void store(long number, Records.OfSession session) {
        var unused = context.persistence().write(List.of(Persistence.session(number, session)));
    }

    /**
     * A connection has ended. If another has taken its session over, only its will is left to deal with.
     *
     * @param expiry seconds that the session is kept
     * @param will what to publish for the client, at once or after its delay, whichever comes first with the session's
     *     end
     */
    void leave(Session session, ClientConnection by, long expiry, Optional<Will> will) {
        Optional<Will> now = will.filter(last -> last.delay() == 0);
        Optional<Will> due;
        Leftovers leftovers = Leftovers.NONE;
        synchronized (this) {
            if (!session.detach(by)) {
                due = session.hasEnded() ? will : now;
            } else if (expiry == 0) {
                leftovers = session.end();
                entries.remove(session.id());
                due = will;
            } else {
                leftovers = session.leave();
                due = now;
                sleep(entries.get(session.id()), expiry, now.isPresent() ? Optional.empty() : will);
            }
        }
        due.ifPresent(this::publish);
        leftovers.settle();
    }

    /** Makes a session that was stored, with its subscriptions; its client finds it once it is resumed. */
    Session restore(RecoveredSession recovered) {
        Records.OfSession record = recovered.session().orElseThrow();
        Session session = new Session(record.id(), context);
        session.restore(recovered);
        return session;
    }

    /**
     * Lets the time of a session go on that was taken up, once all are. What its client did not get to see of the broker's
     * end counts from now on.
     */
    synchronized void resume(Session session, Records.OfSession record) {
        Entry entry = new Entry(session);
        entries.put(record.id(), entry);
        entry.expiry = record.expiry();
        entry.left = record.left();
        long away = record.left() == 0
                ? 0
                : Math.max(0, (context.persistence().clock().millis() - record.left()) / 1_000);
        long expiry = record.expiry() == Connect.NEVER ? Connect.NEVER : Math.max(0, record.expiry() - away);
        Optional<Will> will = record.will().map(last -> new Will(last.message(), Math.max(0, last.delay() - away)));
        if (record.left() == 0) {
            sleep(entry, expiry, will);
        } else {
            schedule(entry, expiry, will);
        }
    }

    /** Sums over all sessions. */
    record Census(int total, int connected, long queuedMessages, long queuedBytes) {}

    Census census() {
        int connected = 0;
        long messages = 0;
        List<ClientView> views = views();
        for (ClientView view : views) {
            connected += view.connection().isPresent() ? 1 : 0;
            messages += view.queuedMessages();
        }
        return new Census(
                views.size(), connected, messages, context.queuedBytes().get());
    }

    List<ClientView> views() {
        List<Session> all;
        synchronized (this) {
            all = entries.values().stream().map(entry -> entry.session).toList();
        }
        return all.stream().map(Session::view).toList();
    }

    synchronized Optional<Session> find(ClientId id) {
        return Optional.ofNullable(entries.get(id)).map(entry -> entry.session);
    }

    synchronized int size() {
        return entries.size();
    }

    private void sleep(Entry entry, long expiry, Optional<Will> will) {
        entry.expiry = expiry;
        entry.left = context.persistence().clock().millis();
        entry.store(will);
        schedule(entry, expiry, will);
    }

    private void schedule(Entry entry, long expiry, Optional<Will> will) {
        entry.will = will;
        entry.ending = expiry == 0;
        entry.session.keepsWill(will);
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
            entry.session.keepsWill(entry.will);
            entry.store(entry.will);
        }
        due.ifPresent(this::publish);
    }

    private void expire(Entry entry) {
        Optional<Will> due;
        Leftovers leftovers;
        synchronized (this) {
            if (entry.session.isConnected() || !entries.remove(entry.session.id(), entry)) {
                return;
            }
            due = entry.wake();
            leftovers = entry.session.end();
        }
        context.counts().expired();
        due.ifPresent(this::publish);
        leftovers.settle();
    }

    private void publish(Will will) {
        wills.accept(will.message());
    }

    /** A session and what is to happen to it while it has no connection. Guarded by the registry. */
    private final class Entry {

        private final Session session;
        private Optional<Will> will = Optional.empty();
        private ScheduledFuture<?> willTimer;
        private ScheduledFuture<?> expiryTimer;
        private long expiry;
        private long left;
        private boolean ending; // with its connection, or as soon as the timer comes to it

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

        void store(Optional<Will> last) {
            if (session.isPersistent()) {
                Sessions.this.store(session.number(), new Records.OfSession(session.id(), expiry, left, last));
            }
        }

        private void cancel(ScheduledFuture<?> task) {
            if (task != null) {
                task.cancel(false);
            }
        }
    }
}
