// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured, by scenario and broker, each round of it. Confined to one thread. */
final class Results {

    private final Map<String, Map<String, List<Figures>>> all = new LinkedHashMap<>();

    void add(String scenario, String broker, Figures figures) {
        all.computeIfAbsent(scenario, none -> new LinkedHashMap<>())
                .computeIfAbsent(broker, none -> new ArrayList<>())
                .add(figures);
    }

    /** Brokers that were measured with a scenario, in their order. */
    List<String> brokers(String scenario) {
        return List.copyOf(all.getOrDefault(scenario, Map.of()).keySet());
    }

    /** The median over the rounds; NaN if there is none. */
    double median(String scenario, String broker, String figure) {
        double[] sorted = all.getOrDefault(scenario, Map.of()).getOrDefault(broker, List.of()).stream()
                .mapToDouble(figures -> figures.get(figure))
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
