// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;

/** An MQTT 5 client that sends commands, so many at once, and counts how they end. Confined to the thread of its selector. */
final class CommandClient {

    private static final int MQTT_5 = 5;
    private static final int PACKET_IDS = 8_192;
    private static final byte REASON_STRING = 0x1F;

    private final Channel channel;
    private final int window;
    private final Queue<Command> waiting = new ArrayDeque<>();
    private boolean connected;
    private int nextId = 1;
    private int inFlight;
    private final Map<String, Integer> failures;

    /** @param failures to which it adds what it is told of commands that do not succeed */
    CommandClient(
            InetSocketAddress server, Selector selector, String clientId, int window, Map<String, Integer> failures)
            throws IOException {
        this.window = window;
        this.failures = failures;
        channel = new Channel(server, selector, this, this::packet);
        channel.write(Packets.connect(MQTT_5, clientId));
        channel.flush();
    }

    /** Queues a command behind all others. */
    void add(Command command) {
        waiting.add(command);
    }

    /** Whether it is connected and everything was acknowledged. */
    boolean isDone() {
        return connected && waiting.isEmpty() && inFlight == 0;
    }

    void readable() throws IOException {
        channel.read();
        send();
    }

    void writable() throws IOException {
        channel.flush();
    }

    /** Sends what may be sent. */
    void send() throws IOException {
        while (connected && inFlight < window && !waiting.isEmpty()) {
            publish(waiting.remove());
        }
        channel.flush();
    }

    private void publish(Command command) {
        channel.write(Packets.publish(
                MQTT_5, nextId, command.topic(), command.payload().remaining()));
        channel.write(command.payload());
        nextId = nextId + 1 == PACKET_IDS ? 1 : nextId + 1;
        inFlight++;
    }

    private void packet(int firstByte, ByteBuffer body) throws IOException {
        switch (firstByte >> 4) {
            case 2 -> {
                ServerLimits.of(MQTT_5, body);
                connected = true;
            }
            case 4 -> acknowledged(body);
            default -> throw new IOException("packet type " + (firstByte >> 4));
        }
    }

    private void acknowledged(ByteBuffer puback) {
        puback.getShort();
        inFlight--;
        if (puback.hasRemaining()) {
            int code = puback.get() & 0xFF;
            if (code != 0) {
                failures.merge(Integer.toHexString(code) + " " + reason(puback), 1, Integer::sum);
            }
        }
    }

    /** The reason string, which is the only property of a PUBACK here. */
    private static String reason(ByteBuffer properties) {
        int length = properties.hasRemaining() ? ServerLimits.variableInteger(properties) : 0;
        if (length == 0 || properties.get() != REASON_STRING) {
            return "";
        }
        properties.getShort();
        return UTF_8.decode(properties).toString();
    }

    void close() throws IOException {
        channel.close();
    }
}
