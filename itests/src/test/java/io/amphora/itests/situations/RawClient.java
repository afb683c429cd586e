// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.situations;

import static org.junit.Assert.assertEquals;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A client that writes every byte itself. Acknowledgements and messages may pass each other on their way from the broker, so
 * each kind is taken from a queue of its own; within a kind every packet that is expected has to be the next one.
 * Confined to the test's thread.
 */
final class RawClient implements AutoCloseable {

    static final int MQTT_3_1 = 3;
    static final int MQTT_3_1_1 = 4;
    static final int MQTT_5 = 5;

    private static final int PATIENCE_MILLIS = 60_000;
    private static final int SESSION_EXPIRY = 0x11;

    private final int version;
    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final Deque<Packet.Message> messages = new ArrayDeque<>();
    private final Deque<Packet> others = new ArrayDeque<>();

    /** Opens a socket; nothing is sent. */
    RawClient(InetSocketAddress server, int version) throws IOException {
        this.version = version;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(server, PATIENCE_MILLIS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    int version() {
        return version;
    }

    /** Connects; with {@code clean} nothing of an earlier session is left, without it the session stays for an hour. */
    Packet connect(String clientId, boolean clean) throws IOException {
        Wire body = new Wire()
                .text(version == MQTT_3_1 ? "MQIsdp" : "MQTT")
                .one(version)
                .one(clean ? 2 : 0)
                .two(0);
        if (version == MQTT_5) {
            body.properties(clean ? new Wire() : new Wire().one(SESSION_EXPIRY).four(3_600));
        }
        send(body.text(clientId).packet(Wire.CONNECT));
        Packet connack = await(Wire.CONNACK);
        assertEquals("CONNACK " + connack, 0, connack.connected());
        return connack;
    }

    /** Subscribes with QoS 1; returns the code of the SUBACK. */
    int subscribe(int packetId, String filter) throws IOException {
        Wire body = new Wire().two(packetId);
        if (version == MQTT_5) {
            body.properties(new Wire());
        }
        send(body.text(filter).one(1).packet(Wire.SUBSCRIBE));
        return await(Wire.SUBACK).subscribed();
    }

    /** Publishes.
     *
     * @param flags DUP, QoS and RETAIN as they stand in the first byte
     */
    void publish(int flags, int packetId, String topic, Wire properties, byte[] payload) throws IOException {
        Wire body = new Wire().text(topic);
        if ((flags & 6) != 0) {
            body.two(packetId);
        }
        if (version == MQTT_5) {
            body.properties(properties);
        }
        send(body.raw(payload).packet(Wire.PUBLISH | flags));
    }

    void send(byte[] packet) throws IOException {
        socket.getOutputStream().write(packet);
    }

    /** The next packet that is no PUBLISH; it has to be of this type. */
    Packet await(int type) throws IOException {
        while (others.isEmpty()) {
            read();
        }
        Packet packet = others.remove();
        assertEquals(packet.toString(), type & 0xF0, packet.type());
        return packet;
    }

    Packet.Acknowledgement acknowledgement(int type) throws IOException {
        return await(type).acknowledgement();
    }

    /** The next PUBLISH, acknowledged. */
    Packet.Message message() throws IOException {
        while (messages.isEmpty()) {
            read();
        }
        return messages.remove();
    }

    /** Sees that nothing has come that was not asked for. */
    void expectNothing() throws IOException {
        send(new Wire().packet(Wire.PINGREQ));
        await(Wire.PINGRESP);
        assertEquals(List.of(), List.copyOf(messages));
    }

    /** The broker closes the connection; returns the code of its DISCONNECT, 0 without one. What came before is dropped. */
    int expectEnd() throws IOException {
        try {
            while (true) {
                read();
            }
        } catch (EOFException | SocketException e) {
            return others.stream()
                    .filter(packet -> packet.type() == Wire.DISCONNECT)
                    .mapToInt(Packet::disconnected)
                    .findFirst()
                    .orElse(0);
        }
    }

    /** Sends no more, and returns when the broker has seen all that was sent and has closed the connection. */
    void hangUp() throws IOException {
        socket.shutdownOutput();
        expectEnd();
        close();
    }

    private void read() throws IOException {
        int first = in.readUnsignedByte();
        int length = 0;
        int digit = 0x80;
        for (int shift = 0; digit >= 0x80; shift += 7) {
            digit = in.readUnsignedByte();
            length |= (digit & 0x7F) << shift;
        }
        byte[] body = new byte[length];
        in.readFully(body);
        Packet packet = new Packet(first, ByteBuffer.wrap(body));
        if (packet.type() == Wire.PUBLISH) {
            received(packet.message(version));
        } else {
            others.add(packet);
        }
    }

    private void received(Packet.Message message) throws IOException {
        messages.add(message);
        if (message.qos() == 1) {
            send(new Wire().two(message.packetId()).packet(Wire.PUBACK));
        }
    }

    /** Says good-bye, which keeps a will back. */
    void disconnect() throws IOException {
        send(new Wire().packet(Wire.DISCONNECT));
        close();
    }

    /** Cuts the connection without a word. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
