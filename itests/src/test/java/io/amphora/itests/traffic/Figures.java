// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import io.amphora.itests.load.Latencies;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Named numbers, in the order in which they were found. Confined to one thread. */
final class Figures {

    private static final Pattern ENTRY = Pattern.compile("\"([^\"]+)\":(-?[0-9.]+)");

    private final Map<String, Double> values = new LinkedHashMap<>();

    Figures put(String name, double value) {
        values.put(name, value);
        return this;
    }

    Figures put(String name, long value) {
        return put(name, (double) value);
    }

    Figures putAll(Figures others) {
        values.putAll(others.values);
        return this;
    }

    /** p50, p99 and p99.9 in milliseconds. */
    Figures putPercentiles(String name, Latencies latencies) {
        return put(name + "_p50_ms", latencies.percentile(50))
                .put(name + "_p99_ms", latencies.percentile(99))
                .put(name + "_p999_ms", latencies.percentile(99.9))
                .put(name + "_max_ms", latencies.percentile(100));
    }

    /** What {@link #toJson} wrote. */
    static Figures parse(String json) {
        Figures figures = new Figures();
        Matcher entry = ENTRY.matcher(json);
        while (entry.find()) {
            figures.put(entry.group(1), Double.parseDouble(entry.group(2)));
        }
        return figures;
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    double get(String name) {
        return values.getOrDefault(name, Double.NaN);
    }

    String toJson() {
        StringBuilder json = new StringBuilder("{");
        values.forEach((name, value) -> {
            if (!Double.isNaN(value)) {
                json.append(json.length() > 1 ? "," : "")
                        .append(String.format(Locale.ROOT, "\"%s\":%.4f", name, value));
            }
        });
        return json.append("}").toString();
    }

    @Override
    public String toString() {
        return toJson();
    }
}
