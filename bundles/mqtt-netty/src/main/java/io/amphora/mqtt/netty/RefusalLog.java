// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.Printable;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tells the operator which clients were refused or cut off, and why: one line each. Of one kind at one listener there are
 * at most {@value #LINES} lines in a minute, each for another client; the others are counted, in a line at its end. So
 * nobody fills the log by being refused, and memory is bounded by the number of kinds. Thread-safe.
 */
final class RefusalLog implements AutoCloseable {

    /** Lines of one kind in a minute. */
    static final int LINES = 5;

    static final long SECONDS = 60;

    /** Characters of a reason, part of which a client may have chosen. */
    private static final int LONGEST_REASON = 300;

    private final Timer timer;
    private final Consumer<String> lines;
    private final Map<Kind, Minute> minutes = new HashMap<>();
    private boolean closed;

    /** Runs a task later. */
    interface Timer {

        Future<?> schedule(Runnable task, long delay, TimeUnit unit);
    }

    private record Kind(String listener, String name) {}

    private record Sender(String client, String host) {}

    /** What was said and counted of one kind. */
    private static final class Minute {

        private final Set<Sender> told = new HashSet<>();
        private Future<?> end;
        private long others;
    }

    /** @param lines takes the lines, at most {@value #LINES} for each kind and one more in a minute */
    RefusalLog(Timer timer, Consumer<String> lines) {
        this.timer = timer;
        this.lines = lines;
    }

    /**
     * A client was refused or cut off.
     *
     * @param what happened to it, as in "Refused"
     * @param client its identifier; empty if it is not known
     * @param kind one of few
     * @param reason for people
     */
    synchronized void add(String what, String client, SocketAddress peer, String listener, String kind, String reason) {
        if (closed) {
            return;
        }
        Minute minute = minutes.computeIfAbsent(new Kind(listener, kind), this::begin);
        Sender sender = new Sender(shortened(client, 64), host(peer));
        if (minute.told.size() < LINES && minute.told.add(sender)) {
            String who = client.isEmpty() ? "a connection" : "client " + Printable.of(client);
            lines.accept("%s %s from %s on listener %s: %s (%s)"
                    .formatted(what, who, text(peer), listener, Printable.of(shortened(reason, LONGEST_REASON)), kind));
        } else {
            minute.others++;
        }
    }

    private Minute begin(Kind kind) {
        Minute minute = new Minute();
        minute.end = timer.schedule(() -> end(kind), SECONDS, TimeUnit.SECONDS);
        return minute;
    }

    private synchronized void end(Kind kind) {
        Minute minute = minutes.remove(kind);
        if (minute != null && minute.others > 0) {
            lines.accept("And %,d more like it on listener %s in %d s (%s)"
                    .formatted(minute.others, kind.listener(), SECONDS, kind.name()));
        }
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }

    private static String host(SocketAddress peer) {
        return peer instanceof InetSocketAddress address ? address.getHostString() : String.valueOf(peer);
    }

    private static String text(SocketAddress peer) {
        return peer instanceof InetSocketAddress address ? host(peer) + ":" + address.getPort() : host(peer);
    }

    /** Tells what was counted. */
    @Override
    public synchronized void close() {
        closed = true;
        for (Kind kind : Set.copyOf(minutes.keySet())) {
            minutes.get(kind).end.cancel(false);
            end(kind);
        }
    }
}
