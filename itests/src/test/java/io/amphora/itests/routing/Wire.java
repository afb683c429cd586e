// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.routing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.amphora.itests.wire.Body;
import io.amphora.itests.wire.Packet;
import io.amphora.itests.wire.RawSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A connection of MQTT 5 that does what it is told and nothing by itself, so that its user can keep the session's state as
 * the specification wants it kept. Confined to one thread.
 */
final class Wire implements AutoCloseable {

    /** Reason codes from here on are refusals. */
    static final int REFUSED = 0x80;

    private static final int MQTT_5 = 5;
    private static final int SESSION_SECONDS = 3_600;

    private final RawSocket socket;
    private final boolean sessionPresent;

    /** Connects to a session that outlives the connection, or with {@code clean} to one that does not. */
    Wire(int port, String clientId, boolean clean, int receiveMaximum) throws IOException {
        socket = new RawSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        try {
            sendConnect(clientId, clean, receiveMaximum);
            Packet connack = read();
            if (connack.type() != Packet.CONNACK || connack.connected() != 0) {
                throw new IOException("not connected: " + connack);
            }
            sessionPresent = connack.sessionPresent();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private void sendConnect(String clientId, boolean clean, int receiveMaximum) throws IOException {
        Body properties =
                new Body().one(0x11).four(clean ? 0 : SESSION_SECONDS).one(0x21).two(receiveMaximum);
        Body body = new Body().text("MQTT").one(MQTT_5).one(clean ? 2 : 0).two(0);
        socket.send(body.properties(properties).text(clientId).packet(Packet.CONNECT));
    }

    boolean sessionPresent() {
        return sessionPresent;
    }

    void publish(int flags, int packetId, String topic, String payload) throws IOException {
        Body body = new Body().text(topic).two(packetId).one(0).raw(payload.getBytes(UTF_8));
        socket.send(body.packet(Packet.PUBLISH | flags));
    }

    /** What a PUBLISH says. */
    static Packet.Message message(Packet publish) {
        return publish.message(MQTT_5);
    }

    /** PUBACK, PUBREC, PUBREL or PUBCOMP. */
    void acknowledge(int type, int packetId) throws IOException {
        socket.send(new Body().two(packetId).packet(type));
    }

    void subscribe(int packetId, String filter, int qos) throws IOException {
        socket.send(new Body().two(packetId).one(0).text(filter).one(qos).packet(Packet.SUBSCRIBE));
    }

    void unsubscribe(int packetId, String filter) throws IOException {
        socket.send(new Body().two(packetId).one(0).text(filter).packet(0xA2));
    }

    void ping() throws IOException {
        socket.send(new Body().packet(Packet.PINGREQ));
    }

    boolean hasInput() throws IOException {
        return socket.hasInput();
    }

    Optional<Packet> poll(int millis) throws IOException {
        return socket.poll(millis);
    }

    Packet read() throws IOException {
        return socket.read();
    }

    /** Cuts the connection without a word. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
