// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * A client of MQTT 3.1.1 on one connection at a time: what it writes gathers in a buffer, what it reads is cut into
 * packets. Confined to the thread of its loop.
 */
abstract class Connection {

    private static final int SMALL = 4 * 1024;
    private static final int LARGEST_HEADER = 5;

    private final EventLoop loop;
    private final String clientId;
    private final boolean cleanSession;
    private final ByteBuffer in;
    protected final ByteBuffer out;
    private SocketChannel socket;
    private SelectionKey key;
    private boolean connected;
    private IOException end;

    Connection(EventLoop loop, String clientId, boolean cleanSession, int inSize, int outSize) {
        this.loop = loop;
        this.clientId = clientId;
        this.cleanSession = cleanSession;
        in = inSize < SMALL ? ByteBuffer.allocate(inSize) : ByteBuffer.allocateDirect(inSize);
        out = outSize < SMALL ? ByteBuffer.allocate(outSize) : ByteBuffer.allocateDirect(outSize);
    }

    final void open(InetSocketAddress server) throws IOException {
        end = null;
        in.clear();
        out.clear();
        socket = SocketChannel.open();
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        prepare(socket);
        socket.configureBlocking(false);
        boolean open = socket.connect(server);
        key = socket.register(loop.selector(), open ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
        writeConnect();
        if (open) {
            flush();
        }
    }

    /** Sets options of the socket. */
    protected void prepare(SocketChannel unconnected) throws IOException {}

    /** The server has accepted the client. */
    protected abstract void accepted() throws IOException;

    /** Takes one packet, which stands in the buffer from its position to its limit. */
    protected abstract void packet(int firstByte, ByteBuffer body) throws IOException;

    /** All packets that were there are taken. */
    protected void afterRead() throws IOException {
        flush();
    }

    /** There is room to write again. */
    protected void writable() throws IOException {
        flush();
    }

    /** Whether it wants to read. */
    protected boolean reads() {
        return true;
    }

    /** The connection was lost. */
    protected void lost() {}

    /** What a selection calls; a connection that fails is closed and tells why. */
    final void selected() {
        try {
            if (key.isConnectable()) {
                socket.finishConnect();
                flush();
            }
            if (key.isReadable()) {
                read();
            }
            if (key.isValid() && key.isWritable()) {
                writable();
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    final void fail(IOException cause) {
        if (end == null) {
            end = cause;
            connected = false;
            closeSocket();
            lost();
        }
    }

    private void closeSocket() {
        try {
            socket.close();
        } catch (IOException e) {
            end.addSuppressed(e);
        }
    }

    final boolean isConnected() {
        return connected;
    }

    final boolean isLost() {
        return end != null;
    }

    /** Why the connection was lost, or {@code null}. */
    final IOException end() {
        return end;
    }

    /** Says good-bye and closes. */
    final void close() throws IOException {
        if (socket != null && socket.isOpen()) {
            if (connected) {
                out.clear().put((byte) 0xE0).put((byte) 0);
                flush();
            }
            connected = false;
            socket.close();
        }
    }

    /** Whether something waits to be written. */
    final boolean isBehind() {
        return out.position() > 0;
    }

    final void flush() throws IOException {
        if (out.position() > 0) {
            out.flip();
            socket.write(out);
            out.compact();
        }
        int interest = (reads() ? SelectionKey.OP_READ : 0) | (isBehind() ? SelectionKey.OP_WRITE : 0);
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }

    private void read() throws IOException {
        int n = socket.read(in);
        if (n < 0) {
            throw new EOFException("closed by the server");
        }
        in.flip();
        int limit = in.limit();
        while (takePacket(limit)) {
            in.limit(limit);
        }
        in.limit(limit);
        in.compact();
        if (!in.hasRemaining()) {
            throw new IOException("a packet of more than " + in.capacity() + " bytes");
        }
        afterRead();
    }

    private boolean takePacket(int limit) throws IOException {
        int at = in.position();
        int length = 0;
        int shift = 0;
        int next = at + 1;
        byte part;
        do {
            if (next >= limit || next - at == LARGEST_HEADER) {
                return false;
            }
            part = in.get(next++);
            length |= (part & 0x7F) << shift;
            shift += 7;
        } while (part < 0);
        if (limit - next < length) {
            return false;
        }
        int firstByte = in.get(at) & 0xFF;
        in.position(next).limit(next + length);
        dispatch(firstByte);
        in.limit(limit).position(next + length);
        return true;
    }

    private void dispatch(int firstByte) throws IOException {
        if (firstByte >> 4 != 2) {
            packet(firstByte, in);
            return;
        }
        int code = in.get(in.position() + 1) & 0xFF;
        if (code != 0) {
            throw new IOException("CONNACK " + code);
        }
        connected = true;
        accepted();
    }

    private void writeConnect() {
        byte[] id = clientId.getBytes(UTF_8);
        header(0x10, 12 + id.length);
        string("MQTT".getBytes(UTF_8));
        out.put((byte) 4).put((byte) (cleanSession ? 2 : 0)).putShort((short) 0);
        string(id);
    }

    protected final void writeSubscribe(String filter, int qos) {
        byte[] bytes = filter.getBytes(UTF_8);
        header(0x82, 5 + bytes.length);
        out.putShort((short) 1);
        string(bytes);
        out.put((byte) qos);
    }

    /** PUBACK, PUBREC, PUBREL or PUBCOMP. */
    protected final void writeAnswer(int firstByte, short packetId) {
        out.put((byte) firstByte).put((byte) 2).putShort(packetId);
    }

    protected final void header(int firstByte, int length) {
        out.put((byte) firstByte);
        int rest = length;
        while (rest >= 0x80) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    protected final void string(byte[] text) {
        out.putShort((short) text.length).put(text);
    }
}
