// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.TopicName;
import java.util.Iterator;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The last message with the retain flag of each topic (section 3.3.1.3), ordered by topic, so that a filter looks only
 * at the topics that begin like it. Thread-safe.
 */
final class RetainedMessages {

    private final ConcurrentSkipListMap<String, Delivery.Arrival> byTopic = new ConcurrentSkipListMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final Supplier<BrokerSettings> settings;

    RetainedMessages(Supplier<BrokerSettings> settings) {
        this.settings = settings;
    }

    /** Keeps a message, or with an empty payload forgets its topic's [MQTT-3.3.1-6]; false if there is no room. */
    synchronized boolean retain(Delivery.Arrival arrival) {
        TopicName topic = arrival.message().topic();
        if (arrival.message().payload().remaining() == 0) {
            remove(topic.value());
            return true;
        }
        Delivery.Arrival before = byTopic.get(topic.value());
        if (!hasRoom(before, arrival)) {
            byTopic.values().forEach(each -> isCurrent(each, arrival.nanoTime())); // what has expired goes
            before = byTopic.get(topic.value());
            if (!hasRoom(before, arrival)) {
                return false;
            }
        }
        byTopic.put(topic.value(), arrival);
        bytes.addAndGet(growth(before, arrival));
        return true;
    }

    private boolean hasRoom(Delivery.Arrival before, Delivery.Arrival next) {
        BrokerSettings limits = settings.get();
        return (before != null || byTopic.size() < limits.retainedMessages())
                && bytes.get() + growth(before, next) <= limits.retainedBytes();
    }

    private static long growth(Delivery.Arrival before, Delivery.Arrival next) {
        return size(next) - (before == null ? 0 : size(before));
    }

    /** The messages that match, in the order of their topics; those that change meanwhile in either state. */
    Iterator<Delivery.Arrival> matching(TopicFilter filter, long nanoTime) {
        String pattern = filter.pattern();
        if (!filter.hasWildcard()) {
            return Stream.ofNullable(byTopic.get(pattern))
                    .filter(arrival -> isCurrent(arrival, nanoTime))
                    .iterator();
        }
        return startingWith(literalPrefix(pattern)).values().stream()
                .filter(arrival ->
                        TopicMatch.matches(pattern, arrival.message().topic().value()))
                .filter(arrival -> isCurrent(arrival, nanoTime))
                .iterator();
    }

    private boolean isCurrent(Delivery.Arrival arrival, long nanoTime) {
        boolean expired = arrival.hasExpired(nanoTime);
        if (expired && byTopic.remove(arrival.message().topic().value(), arrival)) {
            bytes.addAndGet(-size(arrival));
        }
        return !expired;
    }

    private void remove(String topic) {
        Delivery.Arrival gone = byTopic.remove(topic);
        if (gone != null) {
            bytes.addAndGet(-size(gone));
        }
    }

    private NavigableMap<String, Delivery.Arrival> startingWith(String prefix) {
        return prefix.isEmpty() ? byTopic : byTopic.subMap(prefix, true, prefix + Character.MAX_VALUE, false);
    }

    /** What every topic that the filter matches begins with: "a/b" of "a/b/#", since that matches "a/b" too. */
    private static String literalPrefix(String pattern) {
        int wildcard = pattern.length();
        int plus = pattern.indexOf('+');
        int hash = pattern.indexOf('#');
        wildcard = plus >= 0 ? plus : wildcard;
        wildcard = hash >= 0 ? Math.min(wildcard, hash - 1) : wildcard;
        return pattern.substring(0, Math.max(0, wildcard));
    }

    private static long size(Delivery.Arrival arrival) {
        return 128L
                + arrival.message().payload().remaining()
                + arrival.message().topic().value().length();
    }
}
