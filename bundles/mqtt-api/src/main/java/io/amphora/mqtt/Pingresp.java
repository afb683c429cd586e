// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

/** The answer to PINGREQ. */
public record Pingresp() implements ServerPacket {

    public static final Pingresp INSTANCE = new Pingresp();
}
