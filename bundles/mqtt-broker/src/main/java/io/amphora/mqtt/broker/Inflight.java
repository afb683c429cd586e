// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ServerPacket;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * QoS 1 and 2 messages that were sent to a client and are not yet acknowledged, in the order of sending. At most the
 * client's Receive Maximum of them are on the way at once [MQTT-3.3.4-9]. Not thread-safe; its session guards it.
 */
final class Inflight {

    /** What became of an acknowledgement. */
    enum Step {
        /** The exchange is over, its identifier free again. */
        DONE,
        /** PUBREC was right: PUBREL follows. */
        RELEASE,
        /** No such exchange. */
        UNKNOWN,
        /** The exchange awaits another packet, so this one violates the protocol. */
        VIOLATION
    }

    private final Map<Integer, Exchange> exchanges = new LinkedHashMap<>();
    private final ArrayDeque<Integer> toResend = new ArrayDeque<>(0);
    private final PacketIds ids = new PacketIds();
    private final AtomicLong total;
    private long bytes; // of messages that are not released
    private int window;
    private int onTheWay;

    /** @param total bytes that wait for all subscribers, to which it adds */
    Inflight(AtomicLong total) {
        this.total = total;
    }

    /** Begins anew on another connection: all that is open is sent again, in order [MQTT-4.6.0-1]. */
    void resume(int receiveMaximum) {
        window = receiveMaximum;
        onTheWay = 0;
        toResend.clear();
        toResend.addAll(exchanges.keySet());
        exchanges.values().forEach(exchange -> exchange.counted = false);
    }

    boolean hasRoom() {
        return onTheWay < window && exchanges.size() < PacketIds.MAX;
    }

    /** Returns true if a message fits into so many bytes with the others; into none of them, whatever its size. */
    boolean hasRoomFor(Delivery delivery, long most) {
        return bytes == 0 || bytes + delivery.size() <= most;
    }

    private void count(long size) {
        bytes += size;
        total.addAndGet(size);
    }

    boolean isResending() {
        return !toResend.isEmpty();
    }

    int size() {
        return exchanges.size();
    }

    /**
     * The next packet of an earlier connection, as PUBLISH with DUP or as PUBREL [MQTT-4.4.0-1]; while {@link
     * #isResending()} and {@link #hasRoom()}.
     */
    ServerPacket resend(long nanoTime) {
        int id = toResend.remove();
        Exchange exchange = exchanges.get(id);
        if (exchange.released) {
            return Acknowledgement.success(Acknowledgement.Type.PUBREL, id);
        }
        count(exchange);
        return exchange.delivery.packet(id, true, nanoTime);
    }

    /** Sends a message for the first time; while {@link #hasRoom()}. */
    OutboundPublish send(Delivery delivery, long nanoTime) {
        int id = ids.next(exchanges::containsKey);
        Exchange exchange = new Exchange(delivery);
        exchanges.put(id, exchange);
        count(exchange);
        count(exchange.size());
        return delivery.packet(id, false, nanoTime);
    }

    /** Takes up an exchange of before, whose message is null once it was released. */
    void restore(int packetId, Qos qos, Delivery delivery, long stored) {
        Exchange exchange = new Exchange(qos, delivery, stored);
        exchange.released = delivery == null;
        count(exchange.size());
        exchanges.put(packetId, exchange);
        ids.used(packetId);
    }

    /** The message of an exchange that is not released. */
    Optional<Delivery> delivery(int id) {
        return Optional.ofNullable(exchanges.get(id)).map(exchange -> exchange.delivery);
    }

    /** Names an exchange in the session store; 0 if it is not there. */
    long stored(int id) {
        Exchange exchange = exchanges.get(id);
        return exchange == null ? 0 : exchange.stored;
    }

    /** PUBACK. */
    Step acknowledged(int id) {
        Exchange open = exchanges.get(id);
        if (open == null || open.qos != Qos.AT_LEAST_ONCE) {
            return open == null ? Step.UNKNOWN : Step.VIOLATION;
        }
        return finish(id);
    }

    /** PUBREC, which a client may repeat; a failure ends the exchange [MQTT-4.3.3-4]. */
    Step received(int id, boolean failed) {
        Exchange open = exchanges.get(id);
        if (open == null || open.qos != Qos.EXACTLY_ONCE) {
            return open == null ? Step.UNKNOWN : Step.VIOLATION;
        }
        if (failed) {
            return finish(id);
        }
        count(-open.size());
        open.release();
        return Step.RELEASE;
    }

    /** PUBCOMP. */
    Step completed(int id) {
        Exchange open = exchanges.get(id);
        if (open == null || !open.released) {
            return open == null ? Step.UNKNOWN : Step.VIOLATION;
        }
        return finish(id);
    }

    /** The messages of QoS 1, in order; those of QoS 2 have to be completed by whoever began [MQTT-4.8.2-4]. */
    Stream<Delivery> repeatable() {
        return exchanges.values().stream().filter(Exchange::isRepeatable).map(exchange -> exchange.delivery);
    }

    /** Ends the QoS 1 exchanges that a condition holds for, one by one, until one is not wanted. */
    void take(Predicate<Delivery> condition, Predicate<Delivery> taker) {
        for (Iterator<Map.Entry<Integer, Exchange>> each = exchanges.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<Integer, Exchange> next = each.next();
            Exchange exchange = next.getValue();
            if (exchange.isRepeatable() && condition.test(exchange.delivery)) {
                if (!taker.test(exchange.delivery)) {
                    return;
                }
                each.remove();
                ended(next.getKey(), exchange);
            }
        }
    }

    /** What becomes of an exchange that is forgotten. */
    interface Forgotten {

        /**
         * Notes it.
         *
         * @param delivery unless it was released
         * @param stored names it in the session store; 0 if it is not there
         */
        void exchange(Optional<Delivery> delivery, long stored);
    }

    /** Ends all exchanges but those of QoS 1 that are kept. */
    void forget(Predicate<Delivery> kept, Forgotten then) {
        toResend.clear(); // there is no connection
        exchanges.entrySet().removeIf(each -> {
            Exchange exchange = each.getValue();
            if (exchange.isRepeatable() && kept.test(exchange.delivery)) {
                return false;
            }
            then.exchange(Optional.ofNullable(exchange.delivery), exchange.stored);
            ended(each.getKey(), exchange);
            return true;
        });
    }

    private Step finish(int id) {
        ended(id, exchanges.remove(id));
        return Step.DONE;
    }

    private void ended(Integer id, Exchange exchange) {
        if (exchange.counted) {
            onTheWay--;
        }
        count(-exchange.size());
        toResend.remove(id);
    }

    private void count(Exchange exchange) {
        exchange.counted = true;
        onTheWay++;
    }

    /** One message on its way; once released its content is no longer needed. */
    private static final class Exchange {

        private final Qos qos;
        private final long stored;
        private Delivery delivery;
        private boolean released;
        private boolean counted;

        Exchange(Delivery delivery) {
            this(delivery.qos(), delivery, delivery.stored().map(Stored::number).orElse(0L));
        }

        Exchange(Qos qos, Delivery delivery, long stored) {
            this.qos = qos;
            this.delivery = delivery;
            this.stored = stored;
        }

        long size() {
            return delivery == null ? 0 : delivery.size();
        }

        boolean isRepeatable() {
            return qos == Qos.AT_LEAST_ONCE;
        }

        void release() {
            released = true;
            delivery = null;
        }
    }
}
