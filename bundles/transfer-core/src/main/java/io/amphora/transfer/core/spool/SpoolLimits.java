// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

/**
 * What the spool may hold. A bound can be passed for a moment by what several strands reserve at once.
 *
 * @param maximumSize bytes of all its files
 * @param maximumBytesPerClient bytes of one client's unfinished transfers
 * @param maximumTransfersPerClient unfinished transfers of one client
 * @param maximumOpenFiles files that stay open between uses
 */
public record SpoolLimits(
        long maximumSize, long maximumBytesPerClient, int maximumTransfersPerClient, int maximumOpenFiles) {}
