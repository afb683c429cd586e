// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/** Finished files on their way to the exporters. */
package io.amphora.transfer.core.export;
