// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * Reads little at a time while there is traffic, then hurries. Its session outlives its connection: if that is lost, it
 * comes back after a second. Confined to the subscribers' thread.
 */
final class SlowSubscriber extends Subscriber {

    private static final int AT_ONCE = 8 * 1024;
    private static final int SOCKET_BUFFER = 32 * 1024;
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(15);
    private static final long AWAY = TimeUnit.SECONDS.toNanos(1);

    private final InetSocketAddress server;
    private final Counts counts;
    private boolean pausing;
    private long since;

    SlowSubscriber(
            EventLoop loop, String clientId, String filter, InetSocketAddress server, Traffic traffic, Counts counts) {
        super(loop, clientId, filter, AT_ONCE, traffic, counts);
        this.server = server;
        this.counts = counts;
    }

    @Override
    protected void prepare(SocketChannel unconnected) throws IOException {
        unconnected.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
    }

    @Override
    protected boolean reads() {
        return super.reads() && !pausing;
    }

    @Override
    protected void afterRead() throws IOException {
        pausing = !counts.isStopped();
        since = System.nanoTime();
        super.afterRead();
    }

    @Override
    protected void lost() {
        super.lost();
        since = System.nanoTime();
    }

    /** Reads again, or comes back, once it is time to. */
    void goOn() {
        long waited = System.nanoTime() - since;
        try {
            if (isLost() && waited > AWAY) {
                pausing = false;
                open(server);
            } else if (isConnected() && pausing && (counts.isStopped() || waited > PAUSE)) {
                pausing = false;
                flush();
            }
        } catch (IOException e) {
            fail(e);
        }
    }
}
