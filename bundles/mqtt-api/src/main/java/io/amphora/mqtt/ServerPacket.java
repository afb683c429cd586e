// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

/** A packet that the broker sends. A listener encodes it for the version of its connection and leaves out what that
 * version cannot say. */
public sealed interface ServerPacket
        permits Connack, OutboundPublish, Acknowledgement, Suback, Unsuback, Disconnect, Auth, Pingresp {}
