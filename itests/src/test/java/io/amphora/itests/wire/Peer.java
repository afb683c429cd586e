// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.wire;

import static io.amphora.itests.wire.Hex.counted;
import static io.amphora.itests.wire.Hex.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * The client's side of a lockstep dialogue: packets go out and come in, written as {@link Hex} says. Every packet that is
 * expected has to be the next one. Confined to the test's thread.
 */
public final class Peer implements AutoCloseable {

    private final RawSocket socket;

    /** A client that has sent nothing yet. */
    public Peer(InetSocketAddress server) throws IOException {
        this(new RawSocket(server));
    }

    public Peer(RawSocket socket) {
        this.socket = socket;
    }

    /** A client whose CONNECT was accepted. */
    public static Peer welcomed(InetSocketAddress server, String connect) throws IOException {
        Peer peer = new Peer(server);
        peer.send(connect);
        peer.expectWelcome();
        return peer;
    }

    public void send(String text) throws IOException {
        socket.send(Hex.bytes(text));
    }

    /** Says that nothing more comes. */
    public void sendEnd() throws IOException {
        socket.sendEnd();
    }

    /** Sends a packet and expects the next one to be its answer. */
    public void ask(String question, String answer) throws IOException {
        send(question);
        expect(answer);
    }

    /** The next packet is a CONNACK that says yes. */
    public void expectWelcome() throws IOException {
        String connack = read();
        assertTrue("CONNACK " + connack, connack.startsWith("20"));
        assertEquals("CONNACK " + connack, "00", connack.substring(6, 8));
    }

    public void subscribe5(String filter, String options) throws IOException {
        ask(packet("82", "5555 00 '" + filter + "'" + options), "90 04 5555 00 0" + qosOf(options));
    }

    public void subscribe4(String filter, String qos) throws IOException {
        ask(packet("82", "5555 '" + filter + "'" + qos), "90 03 5555" + qos);
    }

    private static int qosOf(String options) {
        return Integer.parseInt(options, 16) & 3;
    }

    /** Publishes a message of QoS 1 and waits until the broker has it; 10: nobody subscribes. */
    public void publish5(String topic, String payload) throws IOException {
        publish5("32", topic, "", payload);
    }

    public void publish5(String first, String topic, String properties, String payload) throws IOException {
        send(packet(first, "'" + topic + "' 7777" + counted(properties) + payload));
        String puback = read();
        assertTrue(puback, puback.startsWith("40") && puback.substring(4, 8).equals("7777"));
        String code = puback.length() > 8 ? puback.substring(8, 10) : "00";
        assertTrue(puback, code.equals("00") || code.equals("10"));
    }

    public void publish4(String first, String topic, String payload) throws IOException {
        ask(packet(first, "'" + topic + "' 7777" + payload), "40 02 7777");
    }

    public void expect(String text) throws IOException {
        assertEquals(Hex.text(Hex.bytes(text)), read());
    }

    /** The next packet is this one, with these properties, which may come in another order. */
    public void expectPublish(String text, List<String> properties) throws IOException {
        String expected = Hex.text(Hex.bytes(text));
        String actual = read();
        for (String property : properties) {
            String one = Hex.text(Hex.bytes(property));
            assertTrue(one + " in " + actual, actual.contains(one));
            expected = expected.replaceFirst(one, "");
            actual = actual.replaceFirst(one, "");
        }
        assertEquals(expected, actual);
    }

    /** Nothing has come, nor does anything that was due before. */
    public void expectNothing() throws IOException {
        ask("c0 00", "d0 00");
    }

    /** The broker has closed the connection, with nothing sent before. */
    public void expectEnd() throws IOException {
        int next = socket.readByteOrEnd();
        assertEquals("after " + Integer.toHexString(next), -1, next);
    }

    /** The broker has said why it closes the connection, and has closed it. */
    public void expectDisconnect(String code) throws IOException {
        String disconnect = read();
        assertTrue(disconnect, disconnect.startsWith("e0"));
        assertEquals(disconnect, code, disconnect.substring(4, 6));
        expectEnd();
    }

    /** The next packet in hexadecimal. */
    public String read() throws IOException {
        return Hex.text(socket.read().bytes());
    }

    /** What is sent until the end, in hexadecimal. */
    public String readAll() throws IOException {
        return Hex.text(socket.readAll());
    }

    /** The client goes on in another life; in this one the network has failed. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
