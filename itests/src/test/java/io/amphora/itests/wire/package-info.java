// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * MQTT by hand, for tests that care for every byte: a {@link io.amphora.itests.wire.RawSocket} carries {@link
 * io.amphora.itests.wire.Packet}s. A {@link io.amphora.itests.wire.Peer} speaks in lockstep and in hexadecimal, a {@link
 * io.amphora.itests.wire.RawClient} in values, and lets acknowledgements and messages pass each other.
 */
package io.amphora.itests.wire;
