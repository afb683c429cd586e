// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * Clients that mean harm, or know no better, against the running distribution. {@link
 * io.amphora.itests.hostile.HostileIT} lets one process suffer them all, and after each {@link
 * io.amphora.itests.hostile.StillServing} looks whether it serves everybody else, and has let go of what it held.
 */
package io.amphora.itests.hostile;
