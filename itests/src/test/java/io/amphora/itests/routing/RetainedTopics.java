// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.routing;

import io.amphora.itests.crash.Violations;
import io.amphora.itests.wire.Packet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What each topic may have for its retained message: the last that was acknowledged, or one that was sent after it. Each
 * topic is one publisher's. Thread-safe.
 */
final class RetainedTopics {

    private final Map<String, List<Sent>> topics = new HashMap<>();
    private final Violations violations;
    private int compared;

    RetainedTopics(Violations violations) {
        this.violations = violations;
    }

    /** A message is going to be sent, for the first time or again. */
    synchronized void sending(Sent message) {
        topics.computeIfAbsent(message.topic(), topic -> new ArrayList<>()).add(message);
    }

    /** Compares with what a new subscriber gets, while nobody publishes. */
    void compare(Life life) throws IOException {
        Map<String, String> found = read(life.port());
        synchronized (this) {
            topics.forEach((topic, sent) -> compare(topic, sent, found.getOrDefault(topic, "")));
            compared++;
        }
    }

    private void compare(String topic, List<Sent> sent, String found) {
        int last = sent.size() - 1;
        while (last >= 0 && !sent.get(last).isAcknowledged()) {
            last--;
        }
        boolean right = (last < 0 && found.isEmpty())
                || sent.subList(Math.max(0, last), sent.size()).stream()
                        .anyMatch(message -> message.payload().equals(found));
        violations.check(
                right,
                topic + " retains [" + found + "] and not [" + sent.get(Math.max(0, last)) + "] or what followed");
    }

    private static Map<String, String> read(int port) throws IOException {
        Map<String, String> found = new HashMap<>();
        try (Wire wire = new Wire(port, "reader", true, 100)) {
            wire.subscribe(1, "r/#", 0);
            wire.ping(); // the few and short messages come before its answer
            for (Packet packet = wire.read(); packet.type() != Packet.PINGRESP; packet = wire.read()) {
                if (packet.type() == Packet.PUBLISH) {
                    Packet.Message message = Wire.message(packet);
                    found.put(message.topic(), message.text());
                }
            }
        }
        return found;
    }

    /** How often it was compared. */
    synchronized int compared() {
        return compared;
    }
}
