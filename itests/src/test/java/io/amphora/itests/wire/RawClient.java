// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.wire;

import static org.junit.Assert.assertEquals;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A client that writes every byte itself. Acknowledgements and messages may pass each other on their way from the broker, so
 * each kind is taken from a queue of its own; within a kind every packet that is expected has to be the next one.
 * Confined to the test's thread.
 */
public final class RawClient implements AutoCloseable {

    public static final int MQTT_3_1 = 3;
    public static final int MQTT_3_1_1 = 4;
    public static final int MQTT_5 = 5;

    private static final int SESSION_EXPIRY = 0x11;

    private final int version;
    private final RawSocket socket;
    private final Deque<Packet.Message> messages = new ArrayDeque<>();
    private final Deque<Packet> others = new ArrayDeque<>();

    /** Opens a socket; nothing is sent. */
    public RawClient(InetSocketAddress server, int version) throws IOException {
        this.socket = new RawSocket(server);
        this.version = version;
    }

    public int version() {
        return version;
    }

    /** Connects; with {@code clean} nothing of an earlier session is left, without it the session stays for an hour. */
    public Packet connect(String clientId, boolean clean) throws IOException {
        Body body = new Body()
                .text(version == MQTT_3_1 ? "MQIsdp" : "MQTT")
                .one(version)
                .one(clean ? 2 : 0)
                .two(0);
        if (version == MQTT_5) {
            body.properties(clean ? new Body() : new Body().one(SESSION_EXPIRY).four(3_600));
        }
        send(body.text(clientId).packet(Packet.CONNECT));
        Packet connack = await(Packet.CONNACK);
        assertEquals("CONNACK " + connack, 0, connack.connected());
        return connack;
    }

    /** Subscribes with QoS 1; returns the code of the SUBACK. */
    public int subscribe(int packetId, String filter) throws IOException {
        Body body = new Body().two(packetId);
        if (version == MQTT_5) {
            body.properties(new Body());
        }
        send(body.text(filter).one(1).packet(Packet.SUBSCRIBE));
        return await(Packet.SUBACK).subscribed();
    }

    /** Publishes.
     *
     * @param flags DUP, QoS and RETAIN as they stand in the first byte
     */
    public void publish(int flags, int packetId, String topic, Body properties, byte[] payload) throws IOException {
        Body body = new Body().text(topic);
        if ((flags & 6) != 0) {
            body.two(packetId);
        }
        if (version == MQTT_5) {
            body.properties(properties);
        }
        send(body.raw(payload).packet(Packet.PUBLISH | flags));
    }

    public void send(byte[] packet) throws IOException {
        socket.send(packet);
    }

    /** The next packet that is no PUBLISH; it has to be of this type. */
    public Packet await(int type) throws IOException {
        while (others.isEmpty()) {
            read();
        }
        Packet packet = others.remove();
        assertEquals(packet.toString(), type & 0xF0, packet.type());
        return packet;
    }

    public Packet.Acknowledgement acknowledgement(int type) throws IOException {
        return await(type).acknowledgement();
    }

    /** The next PUBLISH, acknowledged. */
    public Packet.Message message() throws IOException {
        while (messages.isEmpty()) {
            read();
        }
        return messages.remove();
    }

    /** Sees that nothing has come that was not asked for. */
    public void expectNothing() throws IOException {
        send(new Body().packet(Packet.PINGREQ));
        await(Packet.PINGRESP);
        assertEquals(List.of(), List.copyOf(messages));
    }

    /** The broker closes the connection; returns the code of its DISCONNECT, 0 without one. What came before is dropped. */
    public int expectEnd() throws IOException {
        try {
            while (true) {
                read();
            }
        } catch (EOFException | SocketException e) {
            return others.stream()
                    .filter(packet -> packet.type() == Packet.DISCONNECT)
                    .mapToInt(Packet::disconnected)
                    .findFirst()
                    .orElse(0);
        }
    }

    /** Sends no more, and returns when the broker has seen all that was sent and has closed the connection. */
    public void hangUp() throws IOException {
        socket.sendEnd();
        expectEnd();
        close();
    }

    private void read() throws IOException {
        Packet packet = socket.read();
        if (packet.type() == Packet.PUBLISH) {
            received(packet.message(version));
        } else {
            others.add(packet);
        }
    }

    private void received(Packet.Message message) throws IOException {
        messages.add(message);
        if (message.qos() == 1) {
            send(new Body().two(message.packetId()).packet(Packet.PUBACK));
        }
    }

    /** Says good-bye, which keeps a will back. */
    public void disconnect() throws IOException {
        send(new Body().packet(Packet.DISCONNECT));
        close();
    }

    /** Cuts the connection without a word. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
