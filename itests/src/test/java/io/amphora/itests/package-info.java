// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
/**
 * Tests of the assembled distribution from outside: its files, and the real process as {@link RunningAmphora}, which any
 * MQTT client talks to. What needs a look inside the container stands in {@code container}.
 */
package io.amphora.itests;
