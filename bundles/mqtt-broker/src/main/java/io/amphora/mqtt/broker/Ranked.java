// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Services of one kind, the highest ranking first. Read without a lock. Thread-safe. */
final class Ranked<T> {

    private static final String RANKING = "service.ranking";
    private static final String ID = "service.id";

    private volatile List<Entry<T>> entries = List.of();
    private volatile List<T> services = List.of();

    /** @param properties of the service */
    synchronized void add(T service, Map<String, ?> properties) {
        int ranking = properties.get(RANKING) instanceof Integer number ? number : 0;
        long id = properties.get(ID) instanceof Long number ? number : Long.MAX_VALUE;
        List<Entry<T>> next = new ArrayList<>(entries);
        next.add(new Entry<>(service, ranking, id));
        next.sort(Comparator.<Entry<T>>comparingInt(Entry::ranking).reversed().thenComparingLong(Entry::id));
        set(next);
    }

    synchronized void remove(T service) {
        List<Entry<T>> next = new ArrayList<>(entries);
        next.removeIf(entry -> entry.service() == service);
        set(next);
    }

    List<T> all() {
        return services;
    }

    private void set(List<Entry<T>> next) {
        entries = List.copyOf(next);
        services = entries.stream().map(Entry::service).toList();
    }

    private record Entry<T>(T service, int ranking, long id) {}
}
