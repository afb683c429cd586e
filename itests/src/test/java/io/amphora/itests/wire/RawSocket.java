// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.wire;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Optional;

/** A connection on which every byte is the test's own. Confined to the test's thread. */
public final class RawSocket implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;

    /** Opens a connection; nothing is sent. */
    public RawSocket(InetSocketAddress server) throws IOException {
        this(server, new InetSocketAddress((InetAddress) null, 0));
    }

    /** The same from another address of this machine. */
    public RawSocket(InetSocketAddress server, InetSocketAddress local) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.bind(local);
        socket.connect(server, PATIENCE_MILLIS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Says that nothing more comes. */
    public void sendEnd() throws IOException {
        socket.shutdownOutput();
    }

    /**
     * The next packet.
     *
     * @throws java.io.EOFException if the broker has closed the connection
     */
    public Packet read() throws IOException {
        return Packet.read(in);
    }

    /** The next packet, if one begins within a time. */
    public Optional<Packet> poll(int millis) throws IOException {
        socket.setSoTimeout(millis);
        in.mark(1);
        try {
            in.readUnsignedByte();
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        } finally {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
        in.reset();
        return Optional.of(read());
    }

    /** Whether something has come, perhaps the end. */
    public boolean hasInput() throws IOException {
        return in.available() > 0;
    }

    /** What is sent until the end. */
    public byte[] readAll() throws IOException {
        return in.readAllBytes();
    }

    /** Waits until something comes; -1 if that is the end of the connection, which may have been cut before all was read. */
    public int readByteOrEnd() throws IOException {
        try {
            return in.read();
        } catch (SocketException e) {
            if (e.getMessage().contains("reset")) {
                return -1;
            }
            throw e;
        }
    }

    /** Cuts the connection without a word. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
