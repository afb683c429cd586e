// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Queue;

/**
 * Uploads one file over MQTT 5 with nothing but the JDK: {@code java Upload.java [options] FILE}.
 *
 * <p>At most sixteen commands are in flight. After a lost connection the segments that were not acknowledged are sent
 * again. The client and file ids follow from the file, so that running it again is the same upload.
 */
final class Upload {

    private static final int WINDOW = 16;
    private static final int ATTEMPTS = 60;

    private final Map<String, String> options;
    private final Path file;
    private final String fileId;
    private final String checksum;
    private final Queue<Long> toSend = new ArrayDeque<>();
    private final Map<Integer, Long> inFlight = new HashMap<>();
    private int segmentSize;

    private Upload(Map<String, String> options, Path file) throws Exception {
        this.options = options;
        this.file = file;
        this.checksum = sha256(file);
        this.fileId = options.getOrDefault("--file-id", checksum.substring(0, 16));
        this.segmentSize = Integer.parseInt(options.getOrDefault("--segment-size", "65536"));
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options = new HashMap<>();
        Path file = null;
        for (int i = 0; i < args.length; i++) {
            if (args[i].startsWith("--") && i + 1 < args.length) {
                options.put(args[i], args[++i]);
            } else {
                file = Path.of(args[i]);
            }
        }
        if (file == null || !Files.isReadable(file) || Files.isDirectory(file)) {
            System.err.println("upload: " + (file == null ? "which file?" : file + " is not a readable file"));
            System.exit(2);
        }
        System.exit(new Upload(options, file).run());
    }

    private int run() throws Exception {
        long start = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            try (Mqtt mqtt = connect()) {
                transfer(mqtt);
                double seconds = (System.nanoTime() - start) / 1e9;
                System.out.printf(
                        "%s: %,d bytes delivered in %.2f s (%.1f MB/s), SHA-256 %s%n",
                        file.getFileName(), Files.size(file), seconds, Files.size(file) / 1e6 / seconds, checksum);
                return 0;
            } catch (Refused refused) {
                System.err.println("upload: " + refused.getMessage());
                return 1;
            } catch (IOException lost) {
                if (attempt == ATTEMPTS) {
                    System.err.println("upload: gave up: " + lost.getMessage());
                    return 1;
                }
                System.err.println("upload: " + lost.getMessage() + "; trying again");
                Thread.sleep(1000);
            }
        }
    }

    private Mqtt connect() throws IOException {
        String clientId = options.getOrDefault("--client-id", "upload-" + fileId);
        String host = options.getOrDefault("--host", "127.0.0.1");
        int port = Integer.parseInt(options.getOrDefault("--port", "1883"));
        try {
            return new Mqtt(host, port, clientId);
        } catch (Refused refused) {
            throw refused;
        } catch (IOException e) {
            throw new IOException("no connection to " + host + ":" + port + " (" + e.getMessage() + ")", e);
        }
    }

    private void transfer(Mqtt mqtt) throws Exception {
        segmentSize = Math.min(segmentSize, mqtt.maximumPacketSize - 1024);
        init(mqtt);
        // What was in flight when the last connection ended; on the first one, everything.
        if (toSend.isEmpty() && inFlight.isEmpty()) {
            all();
        }
        toSend.addAll(inFlight.values());
        inFlight.clear();
        while (true) {
            segments(mqtt);
            Ack fin = request(mqtt, "fin/" + Files.size(file) + "/" + checksum);
            if (fin.ok()) {
                return;
            }
            if (fin.code != 0x80 && fin.code != 0x97) {
                throw new Refused("fin: " + fin);
            }
            System.err.println("upload: fin: " + fin + "; trying again");
            Thread.sleep(1000);
            init(mqtt);
            all();
        }
    }

    private void init(Mqtt mqtt) throws Exception {
        String name = file.getFileName().toString().replace("\\", "\\\\").replace("\"", "\\\"");
        String json = "{\"name\":\"" + name + "\",\"size\":" + Files.size(file) + ",\"checksum\":\"" + checksum + "\"}";
        Ack ack;
        do {
            mqtt.publish("$file/" + fileId + "/init", ByteBuffer.wrap(json.getBytes("UTF-8")));
            ack = mqtt.ack();
        } while (waits(ack));
        if (!ack.ok()) {
            throw new Refused("init: " + ack);
        }
    }

    private void all() throws IOException {
        toSend.clear();
        for (long offset = 0; offset < Files.size(file); offset += segmentSize) {
            toSend.add(offset);
        }
    }

    private void segments(Mqtt mqtt) throws Exception {
        ByteBuffer segment = ByteBuffer.allocate(segmentSize);
        try (FileChannel channel = FileChannel.open(file)) {
            while (!toSend.isEmpty() || !inFlight.isEmpty()) {
                while (!toSend.isEmpty() && inFlight.size() < Math.min(WINDOW, mqtt.receiveMaximum)) {
                    long offset = toSend.remove();
                    segment.clear();
                    while (segment.hasRemaining() && channel.read(segment, offset + segment.position()) >= 0) {}
                    inFlight.put(mqtt.publish("$file/" + fileId + "/" + offset, segment.flip()), offset);
                }
                Ack ack = mqtt.ack();
                Long offset = inFlight.remove(ack.packetId);
                if (ack.code == 0x10) {
                    throw new IOException("the broker no longer knows this upload (" + ack + ")");
                }
                if (waits(ack) || ack.code == 0x80) {
                    toSend.add(offset);
                } else if (!ack.ok()) {
                    throw new Refused("segment at " + offset + ": " + ack);
                }
            }
        }
    }

    private Ack request(Mqtt mqtt, String command) throws IOException {
        mqtt.publish("$file/" + fileId + "/" + command, ByteBuffer.allocate(0));
        return mqtt.ack();
    }

    private static boolean waits(Ack ack) throws InterruptedException {
        if (ack.code == 0x97) {
            Thread.sleep(500);
        }
        return ack.code == 0x97;
    }

    private static String sha256(Path file) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] buffer = new byte[1 << 20];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The broker said no, for good. */
    private static final class Refused extends IOException {
        Refused(String message) {
            super(message);
        }
    }

    private record Ack(int packetId, int code, String reason) {
        boolean ok() {
            return code < 0x80 && code != 0x10;
        }

        @Override
        public String toString() {
            return String.format("0x%02x", code) + (reason.isEmpty() ? "" : " " + reason);
        }
    }

    /** The little of MQTT 5 that an upload needs. */
    private static final class Mqtt implements AutoCloseable {
        private static final int KEEP_ALIVE = 60;

        final Socket socket = new Socket();
        final DataInputStream in;
        final DataOutputStream out;
        int receiveMaximum = 65_535;
        int maximumPacketSize = 268_435_455;
        private int packetId;

        Mqtt(String host, int port, String clientId) throws IOException {
            socket.connect(new InetSocketAddress(host, port), 10_000);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(KEEP_ALIVE * 500);
            in = new DataInputStream(socket.getInputStream());
            out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 17));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream connect = new DataOutputStream(bytes);
            connect.writeUTF("MQTT");
            connect.write(new byte[] {5, 0x02, 0, KEEP_ALIVE, 0});
            connect.writeUTF(clientId);
            send(0x10, bytes.toByteArray(), ByteBuffer.allocate(0));
            out.flush();
            ByteBuffer connack = receive(0x20);
            int code = connack.get(1) & 0xff;
            if (code != 0) {
                throw new Refused(String.format("the broker refused the connection (0x%02x)", code));
            }
            connackProperties(connack.position(2));
        }

        private void connackProperties(ByteBuffer connack) throws IOException {
            int end = variableInt(connack) + connack.position();
            while (connack.position() < end) {
                int property = connack.get() & 0xff;
                switch (property) {
                    case 0x21 -> receiveMaximum = connack.getShort() & 0xffff;
                    case 0x27 -> maximumPacketSize = connack.getInt();
                    case 0x11 -> connack.getInt();
                    case 0x13, 0x22 -> connack.getShort();
                    case 0x24, 0x25, 0x28, 0x29, 0x2a -> connack.get();
                    case 0x12, 0x1a, 0x1c, 0x1f, 0x15, 0x16 -> text(connack);
                    case 0x26 -> text(connack, text(connack));
                    default -> throw new IOException("unknown CONNACK property " + property);
                }
            }
        }

        int publish(String topic, ByteBuffer payload) throws IOException {
            packetId = packetId % 65_535 + 1;
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream header = new DataOutputStream(bytes);
            header.writeUTF(topic);
            header.writeShort(packetId);
            header.write(0);
            send(0x32, bytes.toByteArray(), payload);
            return packetId;
        }

        Ack ack() throws IOException {
            out.flush();
            ByteBuffer puback = receive(0x40);
            int id = puback.getShort() & 0xffff;
            int code = puback.hasRemaining() ? puback.get() & 0xff : 0;
            String reason = "";
            if (puback.hasRemaining()) {
                int end = variableInt(puback) + puback.position();
                while (puback.position() < end) {
                    if (puback.get() == 0x1f) {
                        reason = text(puback);
                    } else {
                        text(puback, text(puback));
                    }
                }
            }
            return new Ack(id, code, reason);
        }

        private void send(int type, byte[] header, ByteBuffer payload) throws IOException {
            out.write(type);
            int length = header.length + payload.remaining();
            for (; length > 127; length >>>= 7) {
                out.write(length & 0x7f | 0x80);
            }
            out.write(length);
            out.write(header);
            out.write(payload.array(), payload.position(), payload.remaining());
        }

        /** The next packet of a type; the broker's PINGRESP is passed over, and its DISCONNECT ends the connection. */
        private ByteBuffer receive(int expected) throws IOException {
            while (true) {
                int type = firstByte();
                int length = 0;
                int shift = 0;
                int digit;
                do {
                    digit = in.readUnsignedByte();
                    length |= (digit & 0x7f) << shift;
                    shift += 7;
                } while (digit > 127);
                byte[] body = new byte[length];
                in.readFully(body);
                if (type == expected) {
                    return ByteBuffer.wrap(body);
                }
                if (type == 0xe0) {
                    int code = length > 0 ? body[0] & 0xff : 0;
                    throw new IOException(String.format("the broker closed the connection (0x%02x)", code));
                }
            }
        }

        private int firstByte() throws IOException {
            while (true) {
                try {
                    int type = in.read();
                    if (type < 0) {
                        throw new EOFException("connection lost");
                    }
                    return type;
                } catch (SocketTimeoutException quiet) {
                    out.write(new byte[] {(byte) 0xc0, 0});
                    out.flush();
                }
            }
        }

        private static int variableInt(ByteBuffer bytes) {
            int value = 0;
            for (int shift = 0; ; shift += 7) {
                byte digit = bytes.get();
                value |= (digit & 0x7f) << shift;
                if (digit >= 0) {
                    return value;
                }
            }
        }

        private static String text(ByteBuffer bytes, String... before) {
            byte[] text = new byte[bytes.getShort() & 0xffff];
            bytes.get(text);
            return new String(text, java.nio.charset.StandardCharsets.UTF_8);
        }

        @Override
        public void close() throws IOException {
            try (socket) {
                out.write(new byte[] {(byte) 0xe0, 0});
                out.flush();
            }
        }
    }
}
