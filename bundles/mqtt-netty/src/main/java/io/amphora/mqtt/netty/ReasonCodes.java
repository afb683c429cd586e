// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.ReasonCode;

/** Reason codes by their byte. Pure. */
final class ReasonCodes {

    private static final ReasonCode[] BY_BYTE = new ReasonCode[256];

    static {
        for (ReasonCode code : ReasonCode.values()) {
            if (BY_BYTE[code.code()] == null) {
                BY_BYTE[code.code()] = code;
            }
        }
    }

    private ReasonCodes() {}

    /** Of several names for one byte, the general one. */
    static ReasonCode of(byte value) {
        ReasonCode code = BY_BYTE[value & 0xFF];
        if (code == null) {
            throw PacketReader.malformed("reason code " + (value & 0xFF));
        }
        return code;
    }
}
