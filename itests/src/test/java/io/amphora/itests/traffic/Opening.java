// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Opens connections, so many handshakes at once. Confined to the thread of the loop, but for {@link #run}. */
final class Opening {

    private static final int AT_ONCE = 100;
    private static final long PATIENCE_SECONDS = 180;

    private final InetSocketAddress server;
    private final Iterator<? extends Connection> waiting;
    private final List<Connection> pending = new ArrayList<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    private Opening(InetSocketAddress server, Iterator<? extends Connection> waiting) {
        this.server = server;
        this.waiting = waiting;
    }

    /** Returns when the server has accepted all of them. */
    static void run(EventLoop loop, InetSocketAddress server, Iterable<? extends Connection> connections)
            throws Exception {
        Opening opening = new Opening(server, connections.iterator());
        loop.afterEachPass(opening::proceed);
        loop.wakeUp();
        try {
            opening.done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } finally {
            loop.afterEachPass(() -> {});
        }
    }

    private void proceed() {
        if (done.isDone()) {
            return;
        }
        try {
            for (Connection connection : pending) {
                if (connection.isLost()) {
                    throw connection.end();
                }
            }
            pending.removeIf(Connection::isConnected);
            while (waiting.hasNext() && pending.size() < AT_ONCE) {
                Connection next = waiting.next();
                next.open(server);
                pending.add(next);
            }
            if (pending.isEmpty()) {
                done.complete(null);
            }
        } catch (IOException e) {
            done.completeExceptionally(e);
        }
    }
}
