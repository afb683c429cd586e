// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.s3.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Passes TCP connections on to a server, unless it is told to fail: every request of HTTP that begins while a {@link
 * Fault} is set is offered to it. Thread-safe.
 */
public final class FaultyNetwork implements AutoCloseable {

    private final InetSocketAddress server;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Fault fault = Fault.NONE;
    private volatile Consumer<RequestHead> watcher = request -> {};
    private volatile boolean down;

    private FaultyNetwork(InetSocketAddress server, ServerSocket listener) {
        this.server = server;
        this.listener = listener;
    }

    /** Opens a port before a server on the loopback address. */
    public static FaultyNetwork before(int port) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        FaultyNetwork network =
                new FaultyNetwork(new InetSocketAddress(loopback, port), new ServerSocket(0, 100, loopback));
        start("faulty-network-listener", network::accept);
        return network;
    }

    static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Its own port on the loopback address. */
    public int port() {
        return listener.getLocalPort();
    }

    /** From now on, requests meet that fault. */
    public void set(Fault next) {
        fault = next;
    }

    /** From now on, connections are reset; so are those that are open. */
    public void cut() {
        down = true;
        sockets.forEach(this::reset);
    }

    /** Everything passes again. */
    public void heal() {
        down = false;
        fault = Fault.NONE;
    }

    /** Requests so far. */
    public int requests() {
        return requests.get();
    }

    /** From now on, requests are shown to somebody, by several threads. */
    public void show(Consumer<RequestHead> to) {
        watcher = to;
    }

    Fault faultOf(RequestHead request) {
        requests.incrementAndGet();
        watcher.accept(request);
        return fault;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                serve(listener.accept());
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    @SuppressWarnings("resource") // closed by the wires
    private void serve(Socket client) {
        sockets.add(client);
        try {
            if (down) {
                reset(client);
                return;
            }
            Socket upstream = new Socket(server.getAddress(), server.getPort());
            sockets.add(upstream);
            Wire wire = new Wire(this, client, upstream);
            start("faulty-network-requests", wire::passRequests);
            start("faulty-network-responses", wire::passResponses);
        } catch (IOException e) {
            reset(client); // the server is down
        }
    }

    /** Closes it with RST, as a machine that fails does, unless it is closed already. */
    void reset(Socket socket) {
        if (sockets.remove(socket)) {
            try (socket) {
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                throw new UncheckedIOException("closing a socket", e);
            }
        }
    }

    /** Closes it with FIN, once what was written has arrived. */
    void finish(Socket socket) {
        if (sockets.remove(socket)) {
            try (socket) {
                socket.shutdownOutput();
            } catch (IOException e) {
                throw new UncheckedIOException("closing a socket", e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
