// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * Where transfers wait: two files each, in one of 256 folders, named by {@link io.amphora.transfer.TransferId#key()}. The
 * {@code .data} file holds every segment at its own offset, so that assembling a file is no work; the {@code .journal}
 * says what is true of it. What a transfer is follows from its journal alone, by the same code while running and after a
 * restart.
 */
package io.amphora.transfer.core.spool;
