// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Results as Markdown tables, of several rounds the medians. Immutable. */
record TrafficTables(Results results) {

    private static final String AMPHORA = "Amphora";

    @Override
    public String toString() {
        return Stream.of(throughput(), latency(), connections(), slow(), uploads())
                .filter(table -> !table.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    private String throughput() {
        return table(
                Stream.concat(Traffic.STANDARD.stream(), Stream.of(Traffic.PERSISTENT))
                        .filter(traffic -> traffic.rate() == 0)
                        .map(Traffic::name)
                        .flatMap(scenario -> rows(scenario, broker -> throughput(scenario, broker))),
                "scenario",
                "broker",
                "delivered/s",
                "of Amphora's",
                "lost %",
                "unacknowledged",
                "broker CPU s per million",
                "broker cores",
                "generator cores");
    }

    private String throughput(String scenario, String broker) {
        return row(
                scenario,
                broker,
                number("%,.0f", scenario, broker, "received_s"),
                ratio(scenario, broker),
                share(scenario, broker),
                number("%,.0f", scenario, broker, "unacknowledged"),
                number("%.1f", scenario, broker, "broker_cpu_s_per_million"),
                number("%.2f", scenario, broker, "broker_cores"),
                number("%.2f", scenario, broker, "generator_cores"));
    }

    private String latency() {
        return table(
                rows(
                        "latency",
                        broker -> row(
                                broker,
                                percentiles("latency", broker, "puback"),
                                percentiles("latency", broker, "puback_due"),
                                percentiles("latency", broker, "arrival"),
                                percentiles("latency", broker, "arrival_due"),
                                share("latency", broker),
                                number("%.1f", "latency", broker, "broker_cpu_s_per_million"))),
                "2,000 messages/s, p50 / p99 / p99.9 ms",
                "PUBACK since written",
                "since due",
                "arrival since written",
                "since due",
                "lost %",
                "broker CPU s per million");
    }

    private String connections() {
        return table(
                rows(
                        "idle",
                        broker -> row(
                                broker,
                                number("%,.0f", "idle", broker, "connects_s_5000"),
                                number("%,.0f", "idle", broker, "connects_s_18500"),
                                number("%.1f", "idle", broker, "rss_kib_5000") + " / "
                                        + number("%.1f", "idle", broker, "rss_kib_18500"),
                                number("%.1f", "idle", broker, "heap_kib_5000") + " / "
                                        + number("%.1f", "idle", broker, "heap_kib_18500"))),
                "connections",
                "connects/s, first 5,000",
                "up to 18,500",
                "RSS KiB each at 5,000 / 18,500",
                "heap KiB each at 5,000 / 18,500");
    }

    private String slow() {
        return table(
                rows(
                        "slow",
                        broker -> row(
                                broker,
                                number("%,.0f", "slow", broker, "acknowledged_s"),
                                number("%,.0f", "slow", broker, "received_s"),
                                share("slow", broker),
                                number("%,.0f", "slow", broker, "lost"),
                                number("%,.0f", "slow", broker, "dropped"),
                                number("%,.0f", "slow", broker, "lost_connections"))),
                "slow subscriber",
                "acknowledged/s",
                "delivered/s",
                "lost % of acknowledged",
                "lost",
                "dropped as the broker counts",
                "times disconnected");
    }

    private String uploads() {
        return table(
                rows(
                        "uploads",
                        broker -> row(
                                broker,
                                number("%,.0f", "uploads", broker, "upload_alone_mb_s"),
                                number("%,.0f", "uploads", broker, "upload_mb_s"),
                                percentiles("uploads", broker, "puback"),
                                percentiles("uploads", broker, "arrival"),
                                percentiles("uploads", broker, "arrival_due"))),
                "uploads beside 2,000 messages/s, p50 / p99 / p99.9 ms",
                "MB/s alone",
                "MB/s beside",
                "PUBACK since written",
                "arrival since written",
                "since due");
    }

    private String percentiles(String scenario, String broker, String name) {
        return Stream.of("_p50_ms", "_p99_ms", "_p999_ms")
                .map(percent -> number("%.2f", scenario, broker, name + percent))
                .collect(Collectors.joining(" / "));
    }

    private String share(String scenario, String broker) {
        double lost = results.median(scenario, broker, "lost") / results.median(scenario, broker, "expected");
        return format("%.1f", 100 * lost);
    }

    private String ratio(String scenario, String broker) {
        return format(
                "%.2f",
                results.median(scenario, broker, "received_s") / results.median(scenario, AMPHORA, "received_s"));
    }

    private String number(String format, String scenario, String broker, String figure) {
        return format(format, results.median(scenario, broker, figure));
    }

    private static String format(String format, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }

    private Stream<String> rows(String scenario, Function<String, String> row) {
        return results.brokers(scenario).stream().map(row);
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    /** Rows below a head; empty if there are none. */
    private static String table(Stream<String> rows, String... head) {
        String body = rows.collect(Collectors.joining());
        return body.isEmpty() ? "" : row(head) + "|---|" + "---:|".repeat(head.length - 1) + "\n" + body;
    }
}
