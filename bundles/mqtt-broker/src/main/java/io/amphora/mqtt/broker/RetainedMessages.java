// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.spi.SessionStore.Change;
import io.amphora.mqtt.spi.SessionStore.RecordKey;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The last message with the retain flag of each topic (section 3.3.1.3), ordered by topic, so that a filter looks only
 * at the topics that begin like it. Thread-safe.
 */
final class RetainedMessages {

    private static final long SECOND = 1_000_000_000L;
    private static final String OWN_TOPICS = "$SYS/";

    private final ConcurrentSkipListMap<String, Kept> byTopic = new ConcurrentSkipListMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final Supplier<BrokerSettings> settings;
    private final Persistence persistence;
    private OptionalLong dropped = OptionalLong.empty(); // when what had expired was looked for

    /**
     * A message that is kept.
     *
     * @param number names it in the session store; 0 if it is not there
     */
    private record Kept(Delivery.Arrival arrival, long number) {}

    RetainedMessages(Supplier<BrokerSettings> settings, Persistence persistence) {
        this.persistence = persistence;
        this.settings = settings;
    }

    /**
     * Keeps a message, or with an empty payload forgets its topic's [MQTT-3.3.1-6]; nothing if there is no room. Topics of
     * the broker's own are not stored, and there is always room for them.
     *
     * @return completes when that is stored
     */
    synchronized Optional<CompletableFuture<Void>> retain(Delivery.Arrival arrival) {
        String topic = arrival.message().topic().value();
        if (arrival.message().payload().remaining() == 0) {
            return Optional.of(remove(topic));
        }
        Kept before = byTopic.get(topic);
        boolean own = topic.startsWith(OWN_TOPICS);
        if (!own && !hasRoom(before, arrival)) {
            dropExpired(arrival.nanoTime());
            if (!hasRoom(byTopic.get(topic), arrival)) {
                return Optional.empty();
            }
        }
        Kept kept = new Kept(arrival, own || !persistence.isOn() ? 0 : persistence.next());
        before = byTopic.put(topic, kept); // what was there may have expired meanwhile
        bytes.addAndGet(growth(before, arrival));
        List<Change> changes = new ArrayList<>(2);
        if (kept.number() != 0) {
            changes.add(
                    Change.put(key(kept.number()), persistence.message(arrival).bytes()));
        }
        forget(before, changes);
        return Optional.of(persistence.write(changes));
    }

    /** Once in a second at most, since it looks at all of them. */
    private void dropExpired(long nanoTime) {
        if (dropped.isEmpty() || nanoTime - dropped.getAsLong() >= SECOND) {
            dropped = OptionalLong.of(nanoTime);
            byTopic.values().forEach(each -> isCurrent(each, nanoTime));
        }
    }

    /** Keeps a message that is stored already. */
    synchronized void restore(Delivery.Arrival arrival, long number) {
        byTopic.put(arrival.message().topic().value(), new Kept(arrival, number));
        bytes.addAndGet(size(arrival));
    }

    int count() {
        return byTopic.size();
    }

    long bytes() {
        return bytes.get();
    }

    private static void forget(Kept gone, List<Change> changes) {
        if (gone != null && gone.number() != 0) {
            changes.add(Change.remove(key(gone.number())));
        }
    }

    private static RecordKey key(long number) {
        return new RecordKey(RecordKind.RETAINED, 0, number);
    }

    private boolean hasRoom(Kept before, Delivery.Arrival next) {
        BrokerSettings limits = settings.get();
        return (before != null || byTopic.size() < limits.retainedMessages())
                && bytes.get() + growth(before, next) <= limits.retainedBytes();
    }

    private static long growth(Kept before, Delivery.Arrival next) {
        return size(next) - (before == null ? 0 : size(before.arrival()));
    }

    /**
     * The topics that a filter may match, in their order; those that come or go meanwhile in either state.
     *
     * @param after only topics that come after this one; empty for all
     */
    Iterator<String> topics(TopicFilter filter, String after) {
        String pattern = filter.pattern();
        if (!filter.hasWildcard()) {
            return (after.equals(pattern) ? List.<String>of() : List.of(pattern)).iterator();
        }
        return startingWith(literalPrefix(pattern), after).keySet().iterator();
    }

    /** The message of a topic, if there is one that has not expired. */
    Optional<Delivery.Arrival> find(String topic, long nanoTime) {
        return Optional.ofNullable(byTopic.get(topic))
                .filter(kept -> isCurrent(kept, nanoTime))
                .map(Kept::arrival);
    }

    private boolean isCurrent(Kept kept, long nanoTime) {
        boolean expired = kept.arrival().hasExpired(nanoTime);
        if (expired && byTopic.remove(kept.arrival().message().topic().value(), kept)) {
            var unused = gone(kept);
        }
        return !expired;
    }

    private CompletableFuture<Void> remove(String topic) {
        Kept gone = byTopic.remove(topic);
        return gone == null ? Persistence.STORED : gone(gone);
    }

    private CompletableFuture<Void> gone(Kept kept) {
        bytes.addAndGet(-size(kept.arrival()));
        List<Change> changes = new ArrayList<>(1);
        forget(kept, changes);
        return persistence.write(changes);
    }

    private NavigableMap<String, Kept> startingWith(String prefix, String after) {
        boolean all = after.compareTo(prefix) < 0;
        String from = all ? prefix : after;
        return prefix.isEmpty()
                ? byTopic.tailMap(from, all)
                : byTopic.subMap(from, all, prefix + Character.MAX_VALUE, false);
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
        return Footprint.of(arrival.message());
    }
}
