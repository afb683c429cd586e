// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import io.amphora.itests.wire.Hex;
import io.amphora.itests.wire.Peer;
import java.io.IOException;

/** Clients of the broker that the suite has started. Immutable. */
final class Peers {

    private Peers() {}

    /** A connected client of MQTT 5 with clean start. */
    static Peer five(String clientId) throws IOException {
        return five(clientId, "02", "");
    }

    /** @param properties of CONNECT, without their length */
    static Peer five(String clientId, String flags, String properties) throws IOException {
        return welcomed(Hex.connect5(clientId, flags, properties));
    }

    /** A connected client of MQTT 5 whose session outlives the connection by an hour. */
    static Peer fiveKept(String clientId, boolean cleanStart) throws IOException {
        return five(clientId, cleanStart ? "02" : "00", "11 00000e10");
    }

    /** A connected client of MQTT 3.1.1. */
    static Peer four(String clientId, boolean cleanSession) throws IOException {
        return welcomed(Hex.connect4(clientId, cleanSession ? "02" : "00", ""));
    }

    /** A client whose CONNECT was accepted. */
    static Peer welcomed(String connect) throws IOException {
        return Peer.welcomed(ConformanceIT.address(), connect);
    }

    /** A client that has sent nothing yet. */
    static Peer open() throws IOException {
        return new Peer(ConformanceIT.address());
    }
}
