// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * The client's side of a lockstep dialogue: packets go out and come in, written in hexadecimal, where text in single
 * quotes stands for its length in two bytes and its UTF-8. Every packet that is expected has to be the next one. Confined
 * to the test's thread.
 */
public final class Peer implements AutoCloseable {

    private static final HexFormat HEX = HexFormat.of();
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;

    public Peer(InetSocketAddress address) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(address);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(socket.getInputStream());
    }

    /** A connected client of MQTT 5 with clean start. */
    static Peer five(String clientId) throws IOException {
        return five(clientId, "02", "");
    }

    /** @param properties of CONNECT, without their length */
    static Peer five(String clientId, String flags, String properties) throws IOException {
        return welcomed(connect5(clientId, flags, properties));
    }

    /** A connected client of MQTT 5 whose session outlives the connection by an hour. */
    static Peer fiveKept(String clientId, boolean cleanStart) throws IOException {
        return five(clientId, cleanStart ? "02" : "00", "11 00000e10");
    }

    /** A connected client of MQTT 3.1.1. */
    static Peer four(String clientId, boolean cleanSession) throws IOException {
        return welcomed(connect4(clientId, cleanSession ? "02" : "00", ""));
    }

    /** A client whose CONNECT was accepted. */
    static Peer welcomed(String connect) throws IOException {
        Peer peer = open();
        peer.send(connect);
        String connack = peer.read();
        assertTrue("CONNACK " + connack, connack.startsWith("20"));
        assertEquals("CONNACK " + connack, "00", connack.substring(6, 8));
        return peer;
    }

    /** A client that has sent nothing yet. */
    static Peer open() throws IOException {
        return new Peer(ConformanceIT.address());
    }

    static String connect5(String clientId, String flags, String properties) {
        return packet("10", "'MQTT' 05" + flags + "0000" + counted(properties) + "'" + clientId + "'");
    }

    /** @param payload what follows the client identifier */
    static String connect4(String clientId, String flags, String payload) {
        return packet("10", "'MQTT' 04" + flags + "0000 '" + clientId + "'" + payload);
    }

    /** A packet whose remaining length is computed. */
    public static String packet(String first, String rest) {
        byte[] body = bytes(rest);
        return first + variableByteInteger(body.length) + HEX.formatHex(body);
    }

    /** Properties behind their length. */
    public static String counted(String properties) {
        return variableByteInteger(bytes(properties).length) + properties;
    }

    private static String variableByteInteger(int value) {
        StringBuilder digits = new StringBuilder();
        int left = value;
        do {
            int digit = left & 0x7F;
            left >>= 7;
            digits.append(HEX.toHexDigits((byte) (left > 0 ? digit | 0x80 : digit)));
        } while (left > 0);
        return digits.toString();
    }

    public void send(String text) throws IOException {
        socket.getOutputStream().write(bytes(text));
    }

    /** Says that nothing more comes. */
    public void sendEnd() throws IOException {
        socket.shutdownOutput();
    }

    /** Sends a packet and expects the next one to be its answer. */
    void ask(String question, String answer) throws IOException {
        send(question);
        expect(answer);
    }

    void subscribe5(String filter, String options) throws IOException {
        ask(packet("82", "5555 00 '" + filter + "'" + options), "90 04 5555 00 0" + qosOf(options));
    }

    void subscribe4(String filter, String qos) throws IOException {
        ask(packet("82", "5555 '" + filter + "'" + qos), "90 03 5555" + qos);
    }

    private static int qosOf(String options) {
        return Integer.parseInt(options, 16) & 3;
    }

    /** Publishes a message of QoS 1 and waits until the broker has it; 10: nobody subscribes. */
    void publish5(String topic, String payload) throws IOException {
        publish5("32", topic, "", payload);
    }

    void publish5(String first, String topic, String properties, String payload) throws IOException {
        send(packet(first, "'" + topic + "' 7777" + counted(properties) + payload));
        String puback = read();
        assertTrue(puback, puback.startsWith("40") && puback.substring(4, 8).equals("7777"));
        String code = puback.length() > 8 ? puback.substring(8, 10) : "00";
        assertTrue(puback, code.equals("00") || code.equals("10"));
    }

    void publish4(String first, String topic, String payload) throws IOException {
        ask(packet(first, "'" + topic + "' 7777" + payload), "40 02 7777");
    }

    public void expect(String text) throws IOException {
        assertEquals(HEX.formatHex(bytes(text)), read());
    }

    /** The next packet is this one, with these properties, which may come in another order. */
    void expectPublish(String text, List<String> properties) throws IOException {
        String expected = HEX.formatHex(bytes(text));
        String actual = read();
        for (String property : properties) {
            String one = HEX.formatHex(bytes(property));
            assertTrue(one + " in " + actual, actual.contains(one));
            expected = expected.replaceFirst(one, "");
            actual = actual.replaceFirst(one, "");
        }
        assertEquals(expected, actual);
    }

    /** Nothing has come, nor does anything that was due before. */
    void expectNothing() throws IOException {
        ask("c0 00", "d0 00");
    }

    /** The broker has closed the connection, with nothing sent before. */
    public void expectEnd() throws IOException {
        try {
            int next = in.read();
            assertEquals("after " + Integer.toHexString(next), -1, next);
        } catch (SocketException e) {
            assertTrue(e.toString(), e.getMessage().contains("reset")); // it was closed before it had read all
        }
    }

    /** The broker has said why it closes the connection, and has closed it. */
    void expectDisconnect(String code) throws IOException {
        String disconnect = read();
        assertTrue(disconnect, disconnect.startsWith("e0"));
        assertEquals(disconnect, code, disconnect.substring(4, 6));
        expectEnd();
    }

    /** The next packet in hexadecimal. */
    public String read() throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(in.readUnsignedByte());
        int length = 0;
        int digit;
        int shift = 0;
        do {
            digit = in.readUnsignedByte();
            packet.write(digit);
            length |= (digit & 0x7F) << shift;
            shift += 7;
        } while (digit >= 0x80);
        packet.write(in.readNBytes(length));
        return HEX.formatHex(packet.toByteArray());
    }

    /** What is sent until the end, in hexadecimal. */
    public String readAll() throws IOException {
        return HEX.formatHex(in.readAllBytes());
    }

    public static byte[] bytes(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String[] parts = text.split("'", -1);
        for (int i = 0; i < parts.length; i++) {
            boolean quoted = i % 2 == 1;
            byte[] bytes = quoted ? parts[i].getBytes(StandardCharsets.UTF_8) : HEX.parseHex(parts[i].replace(" ", ""));
            if (quoted) {
                out.write(bytes.length >> 8);
                out.write(bytes.length);
            }
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    /** The client goes on in another life; in this one the network has failed. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
