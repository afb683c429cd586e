// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.spi.Link;

/**
 * Counts what a client has sent and the broker not yet finished. Over the bound on bytes, of this connection or of all
 * of them, the link is not read from until there is room. The bound on messages is the Receive Maximum, which an MQTT 5
 * client was told and must keep [MQTT-3.3.4-7]; older clients are not read from until they are below it. Confined to the
 * link's event loop.
 */
final class Intake {

    /** Messages without a packet identifier that may be pending, since no Receive Maximum bounds them. */
    private static final int MAX_PENDING = 1_024;

    private final ReadingGate gate;
    private final Link link;
    private final BrokerState state;
    private final MqttVersion version;
    private long bytes;
    private int pending;
    private int unacknowledged;

    Intake(ReadingGate gate, Link link, BrokerState state, MqttVersion version) {
        this.gate = gate;
        this.link = link;
        this.state = state;
        this.version = version;
    }

    /** A QoS 1 or 2 message began. */
    void opened() {
        unacknowledged++;
        if (unacknowledged > receiveMaximum()) {
            if (version.hasProperties()) {
                throw new MqttProtocolException(
                        ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, "more than " + receiveMaximum() + " unacknowledged");
            }
            gate.close(ReadingGate.Reason.MESSAGES);
        }
    }

    /** A QoS 1 or 2 message ended: PUBACK, PUBCOMP or a failed PUBREC was sent. */
    void closed() {
        unacknowledged = Math.max(0, unacknowledged - 1);
        maybeResume();
    }

    /** A handler keeps a payload. */
    void kept(long size) {
        bytes += size;
        pending++;
        if (!state.pending().take(size)) {
            waitForOthers();
        }
        if (bytes > state.settings().pendingBytes()) {
            gate.close(ReadingGate.Reason.OWN_BYTES);
        }
        if (pending >= MAX_PENDING) {
            gate.close(ReadingGate.Reason.MESSAGES);
        }
    }

    /** A handler is done with a payload. */
    void done(long size) {
        bytes -= size;
        pending--;
        state.pending().giveBack(size);
        if (bytes <= state.settings().pendingBytes() / 2) {
            gate.open(ReadingGate.Reason.OWN_BYTES);
        }
        maybeResume();
    }

    private void maybeResume() {
        if (pending < MAX_PENDING / 2 && unacknowledged <= receiveMaximum()) {
            gate.open(ReadingGate.Reason.MESSAGES);
        }
    }

    private void waitForOthers() {
        if (!gate.isClosedFor(ReadingGate.Reason.SHARED_BYTES)) {
            gate.close(ReadingGate.Reason.SHARED_BYTES);
            state.pending()
                    .waitInLine(() -> link.eventLoop().execute(() -> gate.open(ReadingGate.Reason.SHARED_BYTES)));
        }
    }

    private int receiveMaximum() {
        return state.settings().receiveMaximum();
    }
}
