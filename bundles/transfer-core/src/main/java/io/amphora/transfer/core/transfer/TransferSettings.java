// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * What bounds transfers.
 *
 * @param initTimeout how long an init may wait to be carried out
 * @param storeTimeout how long a segment, abort or status may wait
 * @param assembleTimeout how long a fin may wait, and how long its delivery is tried
 * @param maximumRate bytes per second of one client
 * @param maximumFileSize bytes of the largest file
 * @param maximumRanges separate ranges that one transfer may hold
 * @param minimumTtl shortest time that an unfinished transfer may be idle
 * @param maximumTtl longest such time, and the one of clients that name none
 * @param maximumResident transfers that are kept in memory while nothing happens to them
 */
public record TransferSettings(
        Duration initTimeout,
        Duration storeTimeout,
        Duration assembleTimeout,
        long maximumRate,
        long maximumFileSize,
        int maximumRanges,
        Duration minimumTtl,
        Duration maximumTtl,
        int maximumResident) {

    public TransferSettings {
        if (minimumTtl.compareTo(maximumTtl) > 0) {
            throw new IllegalArgumentException(
                    "minimum_segments_ttl " + minimumTtl + " exceeds maximum_segments_ttl " + maximumTtl);
        }
    }

    /** How long a transfer may be idle whose client asked for {@code seconds}. */
    Duration timeToLive(OptionalLong seconds) {
        long wanted = Math.min(seconds.orElse(Long.MAX_VALUE), maximumTtl.toSeconds());
        return Duration.ofSeconds(Math.max(wanted, minimumTtl.toSeconds()));
    }
}
