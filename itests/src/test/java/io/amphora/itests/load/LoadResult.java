// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import java.util.Locale;

/**
 * How a run went. Immutable.
 *
 * @param seconds from the first init until the last fin was acknowledged
 * @param broker what the broker used meanwhile
 * @param generatorCpu seconds of CPU that the generator itself used meanwhile
 */
public record LoadResult(Scenario scenario, double seconds, ProcessUsage broker, double generatorCpu, Tally tally) {

    public double megabytesPerSecond() {
        return tally.uploaded() * scenario.fileSize() / 1e6 / seconds;
    }

    double filesPerSecond() {
        return tally.uploaded() / seconds;
    }

    double cpuPerGigabyte() {
        return scenario.totalBytes() == 0 ? 0 : broker.cpuSeconds() / (scenario.totalBytes() / 1e9);
    }

    public boolean isComplete() {
        return tally.failures() == 0 && tally.uploaded() == scenario.files();
    }

    String toJson() {
        return String.format(
                Locale.ROOT,
                "{\"scenario\":\"%s\",\"connections\":%d,\"files\":%d,\"file_size\":%d,\"segment_size\":%d,\"window\":%d,"
                        + "\"mqtt\":%d,\"checksum\":\"%s\",\"segment_checksums\":%b,\"pipelined\":%b,\"seconds\":%.3f,"
                        + "\"MB_s\":%.1f,\"files_s\":%.1f,\"broker_user_s\":%.2f,\"broker_system_s\":%.2f,"
                        + "\"broker_cpu_s_per_GB\":%.2f,"
                        + "\"broker_peak_rss_MiB\":%.0f,\"generator_cpu_s\":%.2f,\"fin_ms\":%s,\"segment_ms\":%s,"
                        + "\"uploaded\":%d,\"failures\":%d,\"last_failure\":%d}",
                scenario.name(),
                scenario.connections(),
                scenario.files(),
                scenario.fileSize(),
                scenario.segmentSize(),
                scenario.window(),
                scenario.version(),
                scenario.checksum().name().toLowerCase(Locale.ROOT),
                scenario.segmentChecksums(),
                scenario.pipelined(),
                seconds,
                megabytesPerSecond(),
                filesPerSecond(),
                broker.userSeconds(),
                broker.systemSeconds(),
                cpuPerGigabyte(),
                broker.peakMib(),
                generatorCpu,
                toJson(tally.fins()),
                toJson(tally.segments()),
                tally.uploaded(),
                tally.failures(),
                tally.lastFailure());
    }

    private static String toJson(Latencies latencies) {
        return String.format(
                Locale.ROOT,
                "{\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f}",
                latencies.percentile(50),
                latencies.percentile(99),
                latencies.percentile(100));
    }
}
