// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static org.junit.Assert.assertEquals;

import io.amphora.mqtt.Connack;
import io.amphora.mqtt.Disconnect;
import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.ServerPacket;
import java.util.Optional;
import org.junit.Test;

/** What ends a connection says as much as the client's Maximum Packet Size allows, to the byte. */
public final class OutboundPacketsTest {

    private final Encoded encoded = new Encoded(MqttVersion.V5);

    private void checkBothSides(ServerPacket packet, Optional<ServerPacket> shorter) {
        int size = encoded.size(packet);
        assertEquals(Optional.of(packet), OutboundPackets.fitting(packet, size));
        assertEquals(shorter, OutboundPackets.fitting(packet, size - 1));
    }

    @Test
    public void aDisconnectLosesItsReason() {
        for (int length : new int[] {1, 100, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 20_000}) {
            Disconnect full = Disconnect.of(ReasonCode.QUOTA_EXCEEDED, "\u00e9".repeat(length));
            Disconnect plain = new Disconnect(full.reasonCode(), Optional.empty(), full.sessionExpiry());
            checkBothSides(full, Optional.of(plain));
        }
    }

    @Test
    public void aRefusalLosesItsReasonThenTheReferenceAndThenIsNotSent() {
        Optional<String> other = Optional.of("other:1883");
        Connack full = Connack.refused(ReasonCode.SERVER_MOVED, "it moved", other);
        Connack withReference = Connack.refused(ReasonCode.SERVER_MOVED, "", other);
        Connack plain = Connack.refused(ReasonCode.SERVER_MOVED, "");
        checkBothSides(full, Optional.of(withReference));
        checkBothSides(withReference, Optional.of(plain));
        checkBothSides(plain, Optional.empty());
    }
}
