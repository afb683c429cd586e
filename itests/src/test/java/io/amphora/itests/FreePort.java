// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports of the loopback address for listeners that open some seconds later. Not those that the system gives for port 0: it
 * takes those of connections and of every other test's servers from the same range, and a listener whose port is taken
 * meanwhile does not open. Thread-safe.
 */
public final class FreePort {

    /** Below the system's range, and below what the {@code amphora} script and Pax Exam choose for themselves. */
    private static final int FIRST = 10_000;

    private static final int COUNT = 10_000;
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private FreePort() {}

    /** A port that nobody listens on, and another each time. */
    public static int next() {
        while (true) {
            int port = FIRST + NEXT.getAndIncrement() % COUNT;
            if (isFree(port)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (BindException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
