// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * MQTT over Netty. Bytes become packets in {@link io.amphora.mqtt.netty.PacketFramer}, which copies none that it need
 * not; {@link io.amphora.mqtt.netty.PacketRules} refuses what the specification forbids and Netty's decoder lets pass;
 * Netty's decoder and the converters make values of them; {@link io.amphora.mqtt.netty.ConnectionHandler} hands those to
 * the broker. Parameters and results are never {@code null}.
 */
package io.amphora.mqtt.netty;
