// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A connection: bytes out from a queue, packets in to a reader. Confined to the thread of its selector.
 */
final class Channel {

    /** Buffers of one gathering write. */
    private static final int GATHERED = 32;

    /** Takes packets. */
    interface PacketReader {

        /** Takes one packet; {@code body} is what stands behind its fixed header, valid during the call. */
        void packet(int firstByte, ByteBuffer body) throws IOException;
    }

    private final SocketChannel socket;
    private final SelectionKey key;
    private final PacketReader reader;
    private final ByteBuffer in = ByteBuffer.allocate(64 * 1024).limit(0);
    private final Deque<ByteBuffer> out = new ArrayDeque<>();

    Channel(InetSocketAddress server, Selector selector, Object attachment, PacketReader reader) throws IOException {
        this.reader = reader;
        socket = SocketChannel.open(server);
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        socket.configureBlocking(false);
        key = socket.register(selector, SelectionKey.OP_READ, attachment);
    }

    /** Queues bytes; {@link #flush} sends them. */
    void write(ByteBuffer bytes) {
        if (bytes.hasRemaining()) {
            out.add(bytes);
        }
    }

    void flush() throws IOException {
        boolean full = false;
        while (!out.isEmpty() && !full) {
            ByteBuffer[] some = out.stream().limit(GATHERED).toArray(ByteBuffer[]::new);
            socket.write(some);
            while (!out.isEmpty() && !out.peek().hasRemaining()) {
                out.remove();
            }
            full = some[some.length - 1].hasRemaining();
        }
        int interest = out.isEmpty() ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }

    /** Reads what is there and hands the packets on. */
    void read() throws IOException {
        in.compact();
        int n = socket.read(in);
        in.flip();
        if (n < 0) {
            throw new EOFException("closed by the server");
        }
        while (readPacket()) {
            // until the rest is not a whole packet
        }
    }

    private boolean readPacket() throws IOException {
        in.mark();
        if (in.remaining() < 2 || !isLengthComplete()) {
            return false;
        }
        int firstByte = in.get() & 0xFF;
        int length = ServerLimits.variableInteger(in);
        if (in.remaining() < length) {
            in.reset();
            return false;
        }
        ByteBuffer body = in.slice().limit(length);
        in.position(in.position() + length);
        reader.packet(firstByte, body);
        return true;
    }

    private boolean isLengthComplete() {
        for (int i = in.position() + 1; i < in.limit(); i++) {
            if (in.get(i) >= 0) {
                return true;
            }
        }
        return false;
    }

    void close() throws IOException {
        socket.close();
    }
}
