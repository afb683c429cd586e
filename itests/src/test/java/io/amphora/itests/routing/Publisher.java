// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.routing;

import io.amphora.itests.crash.Violations;
import io.amphora.itests.wire.Packet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes what comes to its mind, and in every new connection first sends again what was not acknowledged, in order and
 * under its identifiers [MQTT-4.4.0-1]. Confined to one thread at a time, but for what it has sent.
 */
final class Publisher extends PersistentClient {

    private static final int WINDOW = 24;
    private static final int RETAINED_TOPICS = 4;
    private static final int HIGHEST_ID = 1_000;
    private static final int POLL_MILLIS = 20;

    private static final class Exchange {

        private final Sent message;
        private boolean released;

        Exchange(Sent message) {
            this.message = message;
        }
    }

    private final int number;
    private final AtomicLong clock;
    private final RetainedTopics retained;
    private final List<Sent> sent = new ArrayList<>();
    private final Map<Integer, Exchange> exchanges = new LinkedHashMap<>();
    private int lastId;

    Publisher(int number, AtomicLong clock, RetainedTopics retained, Violations violations) {
        super("publisher" + number, "nothing/" + number, 10, violations);
        this.number = number;
        this.clock = clock;
        this.retained = retained;
    }

    int number() {
        return number;
    }

    /** All that it has ever sent. */
    List<Sent> sent() {
        synchronized (sent) {
            return List.copyOf(sent);
        }
    }

    @Override
    void work(Life life) throws IOException {
        connect(life);
        resume();
        while (!life.isOver() && !(life.isQuiet() && isEstablished() && exchanges.isEmpty())) {
            while (wire.hasInput()) {
                received(wire.read());
            }
            if (isEstablished() && !life.isQuiet() && exchanges.size() < WINDOW) {
                publish();
                LockSupport.parkNanos(random.nextInt((int) TimeUnit.MILLISECONDS.toNanos(1)));
            } else {
                Optional<Packet> next = wire.poll(POLL_MILLIS);
                if (next.isPresent()) {
                    received(next.get());
                }
            }
        }
    }

    private void resume() throws IOException {
        exchanges.values().stream()
                .filter(exchange -> !exchange.released && exchange.message.isRetained())
                .forEach(exchange -> retained.sending(exchange.message));
        for (Map.Entry<Integer, Exchange> exchange : exchanges.entrySet()) {
            if (exchange.getValue().released) {
                wire.acknowledge(Packet.PUBREL, exchange.getKey());
            } else {
                send(exchange.getKey(), exchange.getValue().message, true);
            }
        }
    }

    private void publish() throws IOException {
        Sent message = next();
        synchronized (sent) {
            sent.add(message);
        }
        if (message.isRetained()) {
            retained.sending(message);
        }
        do {
            lastId = lastId % HIGHEST_ID + 1;
        } while (exchanges.containsKey(lastId));
        exchanges.put(lastId, new Exchange(message));
        send(lastId, message, false);
    }

    private Sent next() {
        int dice = random.nextInt(100);
        int qos = 1 + random.nextInt(2);
        int length = random.nextInt(20) == 0 ? 1 + random.nextInt(4_000) : 1 + random.nextInt(200);
        if (dice < 15) { // of one QoS in each topic, since only that is in order
            int topic = 2 * random.nextInt(RETAINED_TOPICS / 2) + qos - 1;
            return message("r/" + number + "/" + topic, qos, random.nextInt(4) == 0 ? 0 : length / 10 + 1);
        }
        return message((dice < 40 ? "s/" : "m/") + number + "/" + qos, qos, length);
    }

    private Sent message(String topic, int qos, int length) {
        return new Sent(number, sent.size(), topic, qos, length, clock.incrementAndGet());
    }

    private void send(int id, Sent message, boolean duplicate) throws IOException {
        int flags = (duplicate ? 8 : 0) | message.qos() << 1 | (message.isRetained() ? 1 : 0);
        wire.publish(flags, id, message.topic(), message.payload());
    }

    private void received(Packet packet) throws IOException {
        switch (packet.type()) {
            case Packet.SUBACK -> established(packet);
            case Packet.PUBACK -> {
                acknowledged(packet);
                exchanges.remove(packet.packetId());
            }
            case Packet.PUBREC -> {
                acknowledged(packet);
                exchanges.get(packet.packetId()).released = true;
                wire.acknowledge(Packet.PUBREL, packet.packetId());
            }
            case Packet.PUBCOMP -> exchanges.remove(packet.packetId());
            default -> violations.add(this + " got " + packet);
        }
    }

    private void acknowledged(Packet packet) {
        Exchange exchange = exchanges.get(packet.packetId());
        violations.check(
                packet.acknowledgement().code() < Wire.REFUSED,
                exchange.message + " was refused: " + packet.acknowledgement().code());
        exchange.message.acknowledged(clock.incrementAndGet());
    }
}
