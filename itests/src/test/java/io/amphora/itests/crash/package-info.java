// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
/**
 * Kills the broker, at random moments and at every point between two of its writes, and compares what is left with what
 * clients were told. {@link io.amphora.itests.crash.CrashRun} is the loop, {@link io.amphora.itests.crash.CrashPoint} the
 * list of points, {@link io.amphora.itests.crash.Upload} and {@link io.amphora.itests.crash.Writes} the model;
 * docs/crash-safety.md tells how to run it for long.
 */
package io.amphora.itests.crash;
