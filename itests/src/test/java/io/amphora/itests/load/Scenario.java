// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import java.util.List;

/**
 * What is uploaded, and how. Immutable.
 *
 * @param segmentSize bytes of a segment; the last of a file may be shorter
 * @param window PUBLISH packets of one connection that wait for their acknowledgement at most
 * @param version of MQTT: 4 for 3.1.1, 5
 * @param checksum where the checksum of the whole file stands
 * @param segmentChecksums whether each segment has its own
 * @param pipelined whether segments follow init without waiting for its result
 * @param rate megabytes a second that one connection sends at most; 0 is as fast as it can
 */
public record Scenario(
        String name,
        int connections,
        int files,
        long fileSize,
        int segmentSize,
        int window,
        int version,
        Checksum checksum,
        boolean segmentChecksums,
        boolean pipelined,
        int rate) {

    /** Where the checksum of the whole file stands. */
    public enum Checksum {
        NONE,
        INIT,
        FIN
    }

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    /** Many files of some size; one large one; small ones; a device that has little memory. */
    static final List<Scenario> STANDARD = List.of(
            of("medium", 16, 200, MIB, 64 * KIB),
            of("large", 1, 1, 1024L * MIB, 64 * KIB),
            of("small", 64, 5_000, 4 * KIB, 64 * KIB),
            of("device", 16, 100, MIB, 4 * KIB));

    private static Scenario of(String name, int connections, int files, long fileSize, int segmentSize) {
        return new Scenario(name, connections, files, fileSize, segmentSize, 16, 5, Checksum.FIN, false, false, 0);
    }

    public static Scenario standard(String name) {
        return STANDARD.stream()
                .filter(scenario -> scenario.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scenario: " + name));
    }

    public Scenario with(Options options) {
        return new Scenario(
                name,
                options.number("connections", connections),
                options.number("files", files),
                options.number("file-size", fileSize),
                options.number("segment-size", segmentSize),
                options.number("window", window),
                options.number("mqtt", version),
                options.text("checksum")
                        .map(text -> Checksum.valueOf(text.toUpperCase(java.util.Locale.ROOT)))
                        .orElse(checksum),
                options.flag("segment-checksums", segmentChecksums),
                options.flag("pipelined", pipelined),
                options.number("upload-rate", rate));
    }

    public long totalBytes() {
        return files * fileSize;
    }
}
