// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/** Transfers: each a state machine that lives on a strand of its own. */
package io.amphora.transfer.core.transfer;
