// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.ServerPacket;
import io.amphora.mqtt.spi.SessionStore.Change;
import java.util.ArrayList;
import java.util.List;

/** Packets that a session has for its connection, and what is to be stored before they are sent. Not thread-safe. */
final class Outgoing {

    private static final int MOST_LOOKS = 1_000;

    private final int most;
    private final List<ServerPacket> packets = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>(0);
    private boolean waits;
    private final Looks looks = new Looks(MOST_LOOKS);

    /** @param most packets at once */
    Outgoing(int most) {
        this.most = most;
    }

    List<ServerPacket> packets() {
        return packets;
    }

    List<Change> changes() {
        return changes;
    }

    boolean isFull() {
        return packets.size() >= most;
    }

    /** Whether nothing may be sent before the changes are stored. */
    boolean waits() {
        return waits;
    }

    void waitForStore() {
        waits = true;
    }

    /** Topics that may still be looked at for retained messages in this turn of the loop. */
    Looks looks() {
        return looks;
    }

    /** Another turn of the loop begins. */
    void lookAgain() {
        looks.allow(MOST_LOOKS);
    }

    void clear() {
        packets.clear();
        changes.clear();
        waits = false;
    }
}
