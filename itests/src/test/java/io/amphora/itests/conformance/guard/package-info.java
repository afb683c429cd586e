// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/** The services of a bundle that a running broker is given, so that it asks who its clients are. */
package io.amphora.itests.conformance.guard;
