// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

/** What one client has in the spool, and may have. Thread-safe. */
public final class ClientSpace {

    /** Whether more bytes fit. */
    public enum Room {
        ENOUGH,
        CLIENT_FULL,
        SPOOL_FULL
    }

    private final SpoolSpace space;
    private final String clientId;

    ClientSpace(SpoolSpace space, String clientId) {
        this.space = space;
        this.clientId = clientId;
    }

    /** Takes bytes if there is room. */
    public Room reserve(long bytes) {
        return space.reserve(clientId, bytes);
    }

    /** Whether the client may begin another transfer. */
    public boolean hasRoomForTransfer() {
        return space.hasRoomForTransfer(clientId);
    }

    /** Gives bytes back. */
    public void release(long bytes) {
        add(-bytes);
    }

    /** Counts bytes that are there. */
    void add(long bytes) {
        if (bytes != 0) {
            space.change(clientId, bytes, 0);
        }
    }

    /** Counts an unfinished transfer. */
    void addTransfer() {
        space.change(clientId, 0, 1);
    }

    /** An unfinished transfer has ended, one way or the other. */
    void removeTransfer() {
        space.change(clientId, 0, -1);
    }
}
