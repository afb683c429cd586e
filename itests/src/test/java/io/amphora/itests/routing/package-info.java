// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * Kills the broker while messages go through it to sessions that outlive their connections, and compares what arrives with
 * what publishers were told. {@link io.amphora.itests.routing.RoutingRun} is the loop, {@link
 * io.amphora.itests.routing.StorePoint} the list of crash points, {@link io.amphora.itests.routing.Sent}, {@link
 * io.amphora.itests.routing.Arrivals}, {@link io.amphora.itests.routing.Toggled} and {@link
 * io.amphora.itests.routing.RetainedTopics} the model; docs/crash-safety.md tells how to run it for long.
 */
package io.amphora.itests.routing;
