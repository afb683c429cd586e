// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.routing;

import io.amphora.itests.crash.Violations;
import io.amphora.itests.wire.Packet;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Takes messages and answers them, each in its own way. Confined to one thread at a time. */
class Subscriber extends PersistentClient {

    private static final int POLL_MILLIS = 20;

    /**
     * How a subscriber behaves.
     *
     * @param receiveMaximum messages on the way to it
     * @param holds answers that it keeps back, so that so much of its window is always taken
     * @param leaves how many of a thousand packets have it leave, and come back soon
     * @param absences how many of a hundred lives of the broker it takes no part in
     */
    record Habit(int receiveMaximum, int holds, int leaves, int absences) {

        static final Habit STEADY = new Habit(100, 0, 0, 0);
        static final Habit SLOW = new Habit(10, 5, 1, 0);
        static final Habit RESTLESS = new Habit(20, 2, 8, 10);
        static final Habit ABSENT = new Habit(20, 3, 3, 60);
    }

    private record Answer(int type, int packetId) {}

    private final Habit habit;
    private final Arrivals arrivals;
    private final Set<Integer> received = new HashSet<>(); // QoS 2, not released
    private final Deque<Answer> held = new ArrayDeque<>();
    private boolean leaving;

    Subscriber(String id, String filter, Habit habit, Arrivals arrivals, Violations violations) {
        super(id, filter, habit.receiveMaximum(), violations);
        this.habit = habit;
        this.arrivals = arrivals;
    }

    @Override
    void work(Life life) throws IOException {
        if (!life.isQuiet() && random.nextInt(100) < habit.absences()) {
            return;
        }
        while (!life.isOver()) {
            connect(life);
            resumed();
            while (!life.isOver() && !leaving) {
                takePart(life);
            }
            disconnect();
            leaving = false;
            held.clear();
            LockSupport.parkNanos(random.nextInt((int) TimeUnit.MILLISECONDS.toNanos(100)));
        }
    }

    /** A connection begins. */
    void resumed() throws IOException {
        held.clear();
    }

    /** Does something on its own account, or nothing. */
    void act() throws IOException {}

    private void takePart(Life life) throws IOException {
        if (isEstablished() && !life.isQuiet()) {
            act();
        }
        Optional<Packet> next = wire.poll(POLL_MILLIS);
        if (next.isPresent()) {
            received(next.get());
            leaving = isEstablished() && !life.isQuiet() && random.nextInt(1_000) < habit.leaves();
        }
    }

    private void received(Packet packet) throws IOException {
        switch (packet.type()) {
            case Packet.PUBLISH -> published(Wire.message(packet));
            case Packet.PUBREL & 0xF0 -> {
                received.remove(packet.packetId());
                answer(Packet.PUBCOMP, packet.packetId());
            }
            case Packet.SUBACK, Packet.UNSUBACK -> subscribed(packet);
            default -> violations.add(this + " got " + packet);
        }
    }

    /** Takes SUBACK or UNSUBACK. */
    void subscribed(Packet packet) {
        established(packet);
    }

    private void published(Packet.Message message) throws IOException {
        if (message.qos() == 2 && !received.add(message.packetId())) {
            violations.check(message.duplicate(), this + " got again without DUP: " + message);
        } else {
            arrivals.arrived(message);
        }
        answer(message.qos() == 2 ? Packet.PUBREC : Packet.PUBACK, message.packetId());
    }

    /** Answers in order [MQTT-4.6.0-2] [MQTT-4.6.0-3], if not at once. */
    private void answer(int type, int packetId) throws IOException {
        held.add(new Answer(type, packetId));
        while (held.size() > habit.holds()) {
            Answer first = held.remove();
            wire.acknowledge(first.type(), first.packetId());
        }
    }
}
