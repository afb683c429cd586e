// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import io.amphora.transfer.core.export.ExportSettings;
import io.amphora.transfer.core.spool.Durability;
import io.amphora.transfer.core.spool.SpoolLimits;
import io.amphora.transfer.core.transfer.TransferSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Everything that can be set.
 *
 * @param root directory of the spool
 * @param ioThreads threads that write segments
 * @param collectInterval pause between two looks for transfers past their time to live
 */
record FileTransferSettings(
        Path root,
        Durability durability,
        SpoolLimits spool,
        int ioThreads,
        ExportSettings exports,
        Duration collectInterval,
        TransferSettings transfers) {}
