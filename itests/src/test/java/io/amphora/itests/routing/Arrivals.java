// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.routing;

import io.amphora.itests.crash.Violations;
import io.amphora.itests.wire.Packet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/** What has arrived at a subscriber, or at all members of a group together. Thread-safe. */
final class Arrivals {

    private final String who;
    private final boolean ordered;
    private final Violations violations;
    private final Map<Integer, BitSet> seen = new HashMap<>();
    private final Map<String, Integer> latest = new HashMap<>();
    private long count;

    /** @param ordered whether messages of a topic arrive in the order in which they were sent [MQTT-4.6.0-6] */
    Arrivals(String who, boolean ordered, Violations violations) {
        this.who = who;
        this.ordered = ordered;
        this.violations = violations;
    }

    /** A message that is not the repetition of a packet. */
    synchronized void arrived(Packet.Message message) {
        String[] words = message.text().split(" ", -1);
        int publisher = Integer.parseInt(words[0]);
        int number = Integer.parseInt(words[1]);
        BitSet numbers = seen.computeIfAbsent(publisher, key -> new BitSet());
        if (numbers.get(number)) {
            violations.check(message.qos() < 2, who + " got twice: " + shortened(message));
            return;
        }
        numbers.set(number);
        count++;
        Integer before = latest.put(message.topic(), number);
        violations.check(
                !ordered || before == null || before < number,
                who + " got " + shortened(message) + " behind " + before);
    }

    private static String shortened(Packet.Message message) {
        return message.topic() + " " + message.text().strip().replaceAll(" x*$", "") + ", packet " + message.packetId();
    }

    synchronized boolean contains(int publisher, int number) {
        BitSet numbers = seen.get(publisher);
        return numbers != null && numbers.get(number);
    }

    /** Messages that were acknowledged and are not here. */
    List<Sent> missing(List<Publisher> publishers, BiPredicate<Publisher, Sent> wanted) {
        List<Sent> missing = new ArrayList<>();
        for (Publisher publisher : publishers) {
            for (Sent sent : publisher.sent()) {
                if (sent.isAcknowledged()
                        && wanted.test(publisher, sent)
                        && !contains(publisher.number(), sent.number())) {
                    missing.add(sent);
                }
            }
        }
        return missing;
    }

    synchronized long count() {
        return count;
    }

    @Override
    public String toString() {
        return who;
    }
}
