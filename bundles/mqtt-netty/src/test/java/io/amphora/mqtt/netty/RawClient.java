// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static org.junit.Assert.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The client's side of a lockstep dialogue: bytes go out and bytes come in, both written in hexadecimal, where text in
 * single quotes stands for its length in two bytes and its UTF-8. Every packet that is expected has to be the next one.
 */
final class RawClient implements AutoCloseable {

    private static final HexFormat HEX = HexFormat.of();

    private final Socket socket = new Socket();
    private final DataInputStream in;

    RawClient(InetSocketAddress address) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(address);
        socket.setSoTimeout(10_000);
        in = new DataInputStream(socket.getInputStream());
    }

    /** A client of MQTT 5 that is connected. */
    static RawClient connected5(InetSocketAddress address, String clientId) throws IOException {
        return connected5(address, clientId, "02", "");
    }

    /** @param properties of CONNECT, in hexadecimal without their length */
    static RawClient connected5(InetSocketAddress address, String clientId, String flags, String properties)
            throws IOException {
        RawClient client = new RawClient(address);
        client.send(connect5(clientId, flags, properties));
        String connack = client.read();
        assertEquals("CONNACK " + connack, "00", connack.substring(6, 8));
        return client;
    }

    static String connect5(String clientId, String flags, String properties) {
        String length = HEX.toHexDigits((byte) bytes(properties).length);
        return packet("10", "'MQTT' 05" + flags + "0000" + length + properties + "'" + clientId + "'");
    }

    /** A client of MQTT 3.1.1 that is connected. */
    static RawClient connected4(InetSocketAddress address, String clientId, boolean clean) throws IOException {
        RawClient client = new RawClient(address);
        client.send(packet("10", "'MQTT' 04" + (clean ? "02" : "00") + "0000 '" + clientId + "'"));
        String connack = client.read();
        assertEquals("CONNACK " + connack, "00", connack.substring(6, 8));
        return client;
    }

    /** A packet whose remaining length is computed. */
    static String packet(String first, String rest) {
        byte[] body = bytes(rest);
        StringBuilder length = new StringBuilder();
        int left = body.length;
        do {
            int digit = left & 0x7F;
            left >>= 7;
            length.append(HEX.toHexDigits((byte) (left > 0 ? digit | 0x80 : digit)));
        } while (left > 0);
        return first + length + HEX.formatHex(body);
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(bytes(text));
    }

    /** Sends a part and lets it arrive alone, as far as a sender can. */
    void sendBytes(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Sends bytes one by one until the broker closes the connection. */
    void trickle(byte[] bytes) throws IOException {
        socket.setSoTimeout(20);
        for (byte each : bytes) {
            if (endsAfter(each)) {
                return;
            }
        }
        throw new AssertionError("the connection stayed open");
    }

    private boolean endsAfter(byte next) throws IOException {
        try {
            sendBytes(new byte[] {next});
            assertEquals("end of stream", -1, in.read());
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true; // it was closed while the byte was on its way
        }
    }

    void expect(String text) throws IOException {
        assertEquals(HEX.formatHex(bytes(text)), read());
    }

    /** The broker has closed the connection, with nothing sent before. */
    void expectEnd() throws IOException {
        assertEquals("end of stream", -1, in.read());
    }

    /** Reads what comes until the broker has closed the connection. */
    void readToEnd() throws IOException {
        try {
            in.readAllBytes();
        } catch (SocketException e) {
            return; // reset
        }
    }

    /** The next packet in hexadecimal. */
    String read() throws IOException {
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

    static byte[] bytes(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String[] parts = text.split("'", -1);
        for (int i = 0; i < parts.length; i++) {
            byte[] bytes =
                    i % 2 == 0 ? HEX.parseHex(parts[i].replace(" ", "")) : parts[i].getBytes(StandardCharsets.UTF_8);
            if (i % 2 == 1) {
                out.write(bytes.length >> 8);
                out.write(bytes.length);
            }
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
