// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Subscribes, so that its session stays when it has gone. Confined to the thread of its loop. */
final class KeptSession extends Connection {

    private static final int BUFFER = 128;

    private final String filter;
    private boolean subscribed;

    KeptSession(EventLoop loop, String clientId, String filter) {
        super(loop, clientId, false, BUFFER, BUFFER);
        this.filter = filter;
    }

    boolean isSubscribed() {
        return subscribed;
    }

    @Override
    protected void accepted() throws IOException {
        writeSubscribe(filter, 1);
        flush();
    }

    @Override
    protected void packet(int firstByte, ByteBuffer body) throws IOException {
        if (firstByte >> 4 != 9 || body.get(body.limit() - 1) != 1) {
            throw new IOException("packet type " + (firstByte >> 4) + " for SUBSCRIBE");
        }
        subscribed = true;
    }
}
