// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.s3.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** One connection through the network. Each direction is confined to a thread of its own. */
final class Wire {

    private static final Pattern REQUEST = Pattern.compile("(GET|HEAD|PUT|POST|DELETE) (/|http://)\\S* HTTP/1\\.1");

    private static final int CHUNK = 16 * 1024;

    private final FaultyNetwork network;
    private final Socket client;
    private final Socket server;
    private volatile Fault.Action action = new Fault.Action.Pass();
    private long passed;

    Wire(FaultyNetwork network, Socket client, Socket server) {
        this.network = network;
        this.client = client;
        this.server = server;
    }

    void passResponses() {
        pump(server, client, this::isDue);
    }

    void passRequests() {
        pump(client, server, this::fate);
    }

    private interface Gate {
        /** Whether the bytes may pass; if not, the connection ends. */
        boolean admits(byte[] bytes, int length) throws IOException;
    }

    private void pump(Socket from, Socket to, Gate gate) {
        byte[] bytes = new byte[CHUNK];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int n = in.read(bytes);
            while (n >= 0 && gate.admits(bytes, n)) {
                out.write(bytes, 0, n);
                n = in.read(bytes);
            }
            if (n < 0) {
                network.finish(to);
                network.finish(from);
            }
        } catch (IOException e) {
            // One side has gone: so does the other.
        } finally {
            network.reset(client);
            network.reset(server);
        }
    }

    private boolean isDue(byte[] bytes, int length) throws IOException {
        if (action instanceof Fault.Action.Late late) {
            try {
                late.latch().await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        }
        return true;
    }

    /** Requests are told by a chunk that begins like one: clients of S3 send no two without waiting for the answer. */
    private boolean fate(byte[] bytes, int length) throws IOException {
        String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        var line = REQUEST.matcher(text);
        if (line.lookingAt()) {
            action = network.faultOf(RequestHead.parse(text)).on(line.group());
            passed = 0;
        }
        passed += length;
        if (action instanceof Fault.Action.Answer answer) {
            return answered(answer.response());
        } else if (action instanceof Fault.Action.ResetAfter reset) {
            return passed <= reset.bytes();
        } else if (action instanceof Fault.Action.Delay delay) {
            pause(delay.perChunk());
        } else if (action instanceof Fault.Action.Hold) {
            swallow();
            return false;
        }
        return true;
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    /** Until the client has had enough. */
    private void swallow() throws IOException {
        client.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    private boolean answered(String response) throws IOException {
        client.getOutputStream().write(response.getBytes(StandardCharsets.UTF_8));
        client.shutdownOutput();
        swallow(); // a reset would overtake the answer
        return false;
    }
}
