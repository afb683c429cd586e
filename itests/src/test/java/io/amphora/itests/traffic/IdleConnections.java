// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import io.amphora.itests.load.Footprint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Opens connections that do nothing, and tells how many came in a second and what each costs the broker. Those that come
 * first, and go, have the broker load and compile its code. Confined to one thread.
 */
final class IdleConnections {

    private final InetSocketAddress server;
    private final long pid;
    private final String run = "idle" + Long.toString(System.nanoTime(), Character.MAX_RADIX) + "-";
    private final List<Idle> open = new ArrayList<>();
    private final EventLoop loop = new EventLoop("connections");

    /** @param pid the broker's process, new if memory is to say anything */
    IdleConnections(InetSocketAddress server, long pid) throws IOException {
        this.server = server;
        this.pid = pid;
    }

    /** @param steps how many are open when it looks, in rising order */
    Figures run(int warmUp, int... steps) throws Exception {
        Figures figures = new Figures();
        openUpTo(warmUp);
        closeAll();
        Footprint before = Footprint.of(pid);
        for (int step : steps) {
            int more = step - open.size();
            long start = System.nanoTime();
            openUpTo(step);
            figures.put("connects_s_" + step, more / ((System.nanoTime() - start) / 1e9));
            Footprint now = Footprint.of(pid);
            figures.put("rss_kib_" + step, (now.residentMib() - before.residentMib()) * 1_024 / step);
            figures.put("heap_kib_" + step, (now.heapMib() - before.heapMib()) * 1_024 / step);
        }
        long lost = loop.call(() -> open.stream().filter(Connection::isLost).count());
        closeAll();
        loop.close();
        return figures.put("lost_connections", lost);
    }

    private void openUpTo(int number) throws Exception {
        List<Idle> more = IntStream.range(open.size(), number)
                .mapToObj(i -> new Idle(loop, run + i))
                .toList();
        Opening.run(loop, server, more);
        open.addAll(more);
    }

    private void closeAll() throws Exception {
        loop.call(() -> {
            for (Idle connection : open) {
                connection.close();
            }
            return null;
        });
        open.clear();
    }

    /** Says only who it is. Confined to the thread of its loop. */
    private static final class Idle extends Connection {

        private static final int IN = 16;
        private static final int OUT = 64;

        Idle(EventLoop loop, String clientId) {
            super(loop, clientId, true, IN, OUT);
        }

        @Override
        protected void accepted() {
            // It does nothing.
        }

        @Override
        protected void packet(int firstByte, ByteBuffer body) throws IOException {
            throw new IOException("packet type " + (firstByte >> 4) + " for nothing");
        }
    }
}
