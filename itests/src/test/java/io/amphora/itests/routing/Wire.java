// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.routing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A connection of MQTT 5 that does what it is told and nothing by itself, so that its user can keep the session's state as
 * the specification wants it kept. Confined to one thread.
 */
final class Wire implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 60_000;
    private static final int SESSION_SECONDS = 3_600;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final boolean sessionPresent;

    /** Connects to a session that outlives the connection, or with {@code clean} to one that does not. */
    Wire(int port, String clientId, boolean clean, int receiveMaximum) throws IOException {
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            sendConnect(clientId, clean, receiveMaximum);
            sessionPresent = connected(read());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private void sendConnect(String clientId, boolean clean, int receiveMaximum) throws IOException {
        send(0x10, body -> {
            body.writeUTF("MQTT");
            body.writeByte(5);
            body.writeByte(clean ? 2 : 0);
            body.writeShort(0);
            body.writeByte(8);
            body.writeByte(0x11);
            body.writeInt(clean ? 0 : SESSION_SECONDS);
            body.writeByte(0x21);
            body.writeShort(receiveMaximum);
            body.writeUTF(clientId);
        });
    }

    private static boolean connected(Packet connack) throws IOException {
        if (connack.type() != Packet.CONNACK || connack.body().get(1) != 0) {
            throw new IOException("not connected: " + connack);
        }
        return connack.body().get(0) == 1;
    }

    boolean sessionPresent() {
        return sessionPresent;
    }

    void publish(int flags, int packetId, String topic, String payload) throws IOException {
        send(Packet.PUBLISH | flags, body -> {
            body.writeUTF(topic);
            body.writeShort(packetId);
            body.writeByte(0);
            body.write(payload.getBytes(UTF_8));
        });
    }

    /** PUBACK, PUBREC, PUBREL or PUBCOMP. */
    void acknowledge(int type, int packetId) throws IOException {
        send(type, body -> body.writeShort(packetId));
    }

    void subscribe(int packetId, String filter, int qos) throws IOException {
        send(0x82, body -> {
            body.writeShort(packetId);
            body.writeByte(0);
            body.writeUTF(filter);
            body.writeByte(qos);
        });
    }

    void unsubscribe(int packetId, String filter) throws IOException {
        send(0xA2, body -> {
            body.writeShort(packetId);
            body.writeByte(0);
            body.writeUTF(filter);
        });
    }

    void ping() throws IOException {
        send(0xC0, body -> {});
    }

    private interface Body {

        void write(DataOutputStream out) throws IOException;
    }

    private void send(int firstByte, Body writer) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        writer.write(new DataOutputStream(body));
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(firstByte);
        int rest = body.size();
        while (rest >= 0x80) {
            packet.write(rest | 0x80);
            rest >>>= 7;
        }
        packet.write(rest);
        body.writeTo(packet);
        packet.writeTo(socket.getOutputStream());
    }

    /** Whether something has come, perhaps the end. */
    boolean hasInput() throws IOException {
        return in.available() > 0;
    }

    /** The next packet, if one begins within a time. */
    Optional<Packet> poll(int millis) throws IOException {
        socket.setSoTimeout(millis);
        int firstByte;
        try {
            firstByte = in.readUnsignedByte();
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        }
        socket.setSoTimeout(PATIENCE_MILLIS);
        return Optional.of(rest(firstByte));
    }

    Packet read() throws IOException {
        return rest(in.readUnsignedByte());
    }

    private Packet rest(int firstByte) throws IOException {
        int length = 0;
        int digit = 0x80;
        for (int shift = 0; digit >= 0x80; shift += 7) {
            digit = in.readUnsignedByte();
            length |= (digit & 0x7F) << shift;
        }
        byte[] body = new byte[length];
        in.readFully(body);
        return new Packet(firstByte, ByteBuffer.wrap(body));
    }

    /** Cuts the connection without a word. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
