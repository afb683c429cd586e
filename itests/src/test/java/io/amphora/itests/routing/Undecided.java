// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.routing;

import io.amphora.itests.crash.Violations;
import io.amphora.itests.wire.Packet;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** A subscriber who subscribes to each publisher's messages, and unsubscribes, again and again. Confined to one thread at a time. */
final class Undecided extends Subscriber {

    private static final int PER_THOUSAND = 60;

    private final List<Toggled> filters;
    private final AtomicLong clock;
    private final Arrivals arrivals;

    Undecided(int publishers, AtomicLong clock, Arrivals arrivals, Violations violations) {
        super(arrivals.toString(), "nothing", Habit.RESTLESS, arrivals, violations);
        this.clock = clock;
        this.arrivals = arrivals;
        this.filters = IntStream.range(0, publishers)
                .mapToObj(i -> new Toggled("m/" + i + "/+"))
                .toList();
    }

    @Override
    void resumed() throws IOException {
        super.resumed();
        for (Toggled filter : filters) {
            if (filter.waits()) {
                request(filter);
            }
        }
    }

    @Override
    void act() throws IOException {
        Toggled filter = filters.get(random.nextInt(filters.size()));
        if (!filter.waits() && random.nextInt(1_000) < PER_THOUSAND) {
            filter.toggle(clock.incrementAndGet());
            request(filter);
        }
    }

    private void request(Toggled filter) throws IOException {
        int packetId = 1 + filters.indexOf(filter);
        if (filter.isWanted()) {
            wire.subscribe(packetId, filter.filter(), 2);
        } else {
            wire.unsubscribe(packetId, filter.filter());
        }
    }

    @Override
    void subscribed(Packet packet) {
        if (isFirst(packet)) {
            super.subscribed(packet);
        } else {
            violations.check(packet.subscribed() < Wire.REFUSED, this + " was refused: " + packet);
            filters.get(packet.packetId() - 1).answered(clock.incrementAndGet());
        }
    }

    /** Whether it must have had a message. */
    boolean mustHave(Publisher publisher, Sent message) {
        return filters.get(publisher.number()).mustHave(message);
    }

    /** Notes what it got without having asked for it. */
    void compare(List<Publisher> publishers) {
        for (Publisher publisher : publishers) {
            Toggled filter = filters.get(publisher.number());
            for (Sent message : publisher.sent()) {
                violations.check(
                        !arrivals.contains(publisher.number(), message.number()) || filter.mayHave(message),
                        this + " got though it had unsubscribed: " + message);
            }
        }
    }

    int changes() {
        return filters.stream().mapToInt(Toggled::changes).sum();
    }
}
