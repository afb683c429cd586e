// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Results as a Markdown table, of several rounds the medians. */
final class ResultTable {

    private static final String HEAD = """
            | scenario | MB/s | files/s | broker CPU s (user + kernel) | CPU s per GB | peak RSS MiB \
            | fin p50 / p99 / max ms | segment p50 / p99 ms | generator CPU s | failures |
            |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
            """;

    private ResultTable() {}

    /** @param rounds each with a result for every scenario, in the same order */
    static String of(List<List<LoadResult>> rounds) {
        StringBuilder table = new StringBuilder(HEAD);
        for (int i = 0; i < rounds.get(0).size(); i++) {
            int scenario = i;
            table.append(row(rounds.stream().map(round -> round.get(scenario)).toList()));
        }
        return table.toString();
    }

    private static String row(List<LoadResult> results) {
        return String.format(
                Locale.ROOT,
                "| %s | %.0f | %.0f | %.2f (%.2f + %.2f) | %.2f | %.0f | %.1f / %.1f / %.1f "
                        + "| %.2f / %.1f | %.2f | %.0f |%n",
                results.get(0).scenario().name(),
                median(results, LoadResult::megabytesPerSecond),
                median(results, LoadResult::filesPerSecond),
                median(results, result -> result.broker().cpuSeconds()),
                median(results, result -> result.broker().userSeconds()),
                median(results, result -> result.broker().systemSeconds()),
                median(results, LoadResult::cpuPerGigabyte),
                median(results, result -> result.broker().peakMib()),
                median(results, result -> result.tally().fins().percentile(50)),
                median(results, result -> result.tally().fins().percentile(99)),
                median(results, result -> result.tally().fins().percentile(100)),
                median(results, result -> result.tally().segments().percentile(50)),
                median(results, result -> result.tally().segments().percentile(99)),
                median(results, LoadResult::generatorCpu),
                median(results, result -> result.tally().failures()));
    }

    private static double median(List<LoadResult> results, ToDoubleFunction<LoadResult> figure) {
        double[] sorted = results.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
