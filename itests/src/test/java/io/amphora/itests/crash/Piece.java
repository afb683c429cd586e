// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

/** A segment to be sent. Immutable. */
record Piece(int offset, int end, int version) {}
