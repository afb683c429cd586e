// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One client that uploads one file after the other. Clients before MQTT 5, whose acknowledgements have no reason code,
 * read their response topic. Confined to the thread of its selector.
 */
final class Uploader {

    private static final Pattern REASON = Pattern.compile("\"reason_code\":(\\d+)");
    private static final int FAILURE = 0x80;

    /** Packet ids in turn; far more than any window. */
    private static final int PACKET_IDS = 8_192;

    private final Scenario scenario;
    private final FileSet files;
    private final Tally tally;
    private final String clientId;
    private final Channel channel;
    private final Pace pace;
    private final Command.Kind[] kinds = new Command.Kind[PACKET_IDS];
    private final long[] sentAt = new long[PACKET_IDS];
    private int window;
    private int nextId = 1;
    private int inFlight;
    private boolean ready;
    private FileUpload upload;

    Uploader(
            InetSocketAddress server, Selector selector, String clientId, Scenario scenario, FileSet files, Tally tally)
            throws IOException {
        this.scenario = scenario;
        this.files = files;
        this.tally = tally;
        this.clientId = clientId;
        this.pace = new Pace(scenario.rate());
        channel = new Channel(server, selector, this, this::packet);
        channel.write(Packets.connect(scenario.version(), clientId));
        channel.flush();
    }

    /** Whether the server has accepted it, and its subscription if it has one. */
    boolean isReady() {
        return ready;
    }

    void readable() throws IOException {
        channel.read();
        proceed();
    }

    void writable() throws IOException {
        channel.flush();
    }

    void begin() throws IOException {
        upload = files.next();
        pace.begin();
        send();
    }

    /** Goes on if it was too early before. */
    void proceed() throws IOException {
        if (upload != null) {
            send();
        }
    }

    void close() throws IOException {
        channel.close();
    }

    private void send() throws IOException {
        while (upload != null && inFlight < window && pace.isDue()) {
            Command command = upload.next();
            if (command == null) {
                break;
            }
            publish(command);
        }
        channel.flush();
    }

    private void publish(Command command) {
        int id = nextId;
        nextId = id + 1 == PACKET_IDS ? 1 : id + 1;
        kinds[id] = command.kind();
        sentAt[id] = System.nanoTime();
        inFlight++;
        pace.sent(command.payload().remaining());
        channel.write(Packets.publish(
                scenario.version(), id, command.topic(), command.payload().remaining()));
        channel.write(command.payload());
    }

    private void packet(int firstByte, ByteBuffer body) throws IOException {
        switch (firstByte >> 4) {
            case 2 -> connected(body);
            case 3 -> responded(body);
            case 4 -> acknowledged(body.getShort(), body.hasRemaining() ? body.get() & 0xFF : 0);
            case 9 -> subscribed(body.get(body.limit() - 1) & 0xFF);
            case 14 -> throw new IOException("DISCONNECT " + (body.hasRemaining() ? body.get() & 0xFF : 0));
            default -> throw new IOException("packet type " + (firstByte >> 4));
        }
    }

    private void connected(ByteBuffer connack) throws IOException {
        window = Math.min(
                scenario.window(), ServerLimits.of(scenario.version(), connack).receiveMaximum());
        if (scenario.version() == 5) {
            ready = true;
        } else {
            channel.write(Packets.subscribe(scenario.version(), 1, "$file-response/" + clientId));
            channel.flush();
        }
    }

    private void subscribed(int code) throws IOException {
        if (code >= FAILURE) {
            throw new IOException("SUBACK " + code);
        }
        ready = true;
    }

    /** A result for a client that sees none in its acknowledgements. QoS 1, MQTT 3.1.1. */
    private void responded(ByteBuffer publish) throws IOException {
        int topicLength = publish.getShort();
        publish.position(publish.position() + topicLength);
        channel.write(Packets.puback(publish.getShort()));
        Matcher reason = REASON.matcher(UTF_8.decode(publish));
        if (!reason.find() || Integer.parseInt(reason.group(1)) != 0) {
            tally.failedResponse();
        }
    }

    private void acknowledged(int id, int code) {
        inFlight--;
        long nanos = System.nanoTime() - sentAt[id];
        tally.acknowledged(kinds[id], nanos, code);
        upload.acknowledged(kinds[id], code == 0);
        if (upload.isOver()) {
            tally.over(upload.hasFailed());
            upload = files.next();
        }
    }
}
