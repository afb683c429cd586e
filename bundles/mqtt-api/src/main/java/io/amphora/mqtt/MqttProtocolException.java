// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

/**
 * A packet, or the order of packets, that the specification forbids. It ends the network connection; in MQTT 5 the
 * client is told {@link #reasonCode()} first. Thrown where the violation is found, caught in one place: the listener.
 */
public final class MqttProtocolException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ReasonCode reasonCode;

    public MqttProtocolException(ReasonCode reasonCode, String message) {
        super(message);
        this.reasonCode = reasonCode;
    }

    /** What the client is told, 0x80 or above. */
    public ReasonCode reasonCode() {
        return reasonCode;
    }
}
