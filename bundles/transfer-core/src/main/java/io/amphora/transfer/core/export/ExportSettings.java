// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.export;

import java.time.Duration;

/**
 * What bounds exports.
 *
 * @param threads files that are exported at once
 * @param timeout how long one file is tried
 * @param drainTimeout how long exports that run may go on when file transfer is stopped
 * @param earlyThreads files that are exported at once while they are being received
 * @param earlyThreshold bytes of the largest file that is not
 */
public record ExportSettings(
        int threads, Duration timeout, Duration drainTimeout, int earlyThreads, long earlyThreshold) {}
