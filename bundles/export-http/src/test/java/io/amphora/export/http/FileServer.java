// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.amphora.transfer.Sha256;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/** A web server that stores what is PUT, in memory, whole or not at all. Thread-safe. */
final class FileServer implements AutoCloseable {

    final Map<String, byte[]> files = new ConcurrentHashMap<>();
    volatile int refuseWith;
    volatile boolean knowsRanges = true;
    volatile boolean knowsSizes = true;
    volatile boolean knowsHead = true;
    /** What it makes of what is PUT. */
    volatile UnaryOperator<byte[]> storing = file -> file;

    volatile String authorization = "";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    FileServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/files";
    }

    List<URI> locations() {
        return files.keySet().stream()
                .map(path -> URI.create(url().replace("/files", path)))
                .toList();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            if (refuseWith != 0) {
                exchange.getRequestBody().readAllBytes();
                answer(exchange, refuseWith, new byte[0]);
            } else if (!authorization.isEmpty()
                    && !authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.getRequestBody().readAllBytes();
                answer(exchange, 401, new byte[0]);
            } else {
                switch (exchange.getRequestMethod()) {
                    case "PUT" -> put(exchange, path);
                    case "HEAD" -> head(exchange, path);
                    case "GET" -> get(exchange, path);
                    case "DELETE" -> answer(exchange, files.remove(path) == null ? 404 : 204, new byte[0]);
                    default -> answer(exchange, 405, new byte[0]);
                }
            }
        }
    }

    private void put(HttpExchange exchange, String path) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        boolean sound = digest(body).equals(exchange.getRequestHeaders().getFirst("Repr-Digest"));
        if (sound) {
            files.put(path, storing.apply(body));
        }
        answer(exchange, sound ? 201 : 400, new byte[0]);
    }

    private static String digest(byte[] body) {
        return "sha-256=:"
                + Base64.getEncoder()
                        .encodeToString(Sha256.digestOf(ByteBuffer.wrap(body)).bytes())
                + ":";
    }

    private void head(HttpExchange exchange, String path) throws IOException {
        byte[] file = files.get(path);
        if (!knowsHead || file == null) {
            answer(exchange, knowsHead ? 404 : 405, new byte[0]);
        } else {
            if (knowsSizes) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(file.length));
            }
            exchange.getResponseHeaders().set("Repr-Digest", digest(file));
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private void get(HttpExchange exchange, String path) throws IOException {
        byte[] file = files.get(path);
        if (file == null) {
            answer(exchange, 404, new byte[0]);
        } else if (knowsRanges) {
            String[] range = exchange.getRequestHeaders().getFirst("Range").split("[=-]", -1);
            answer(exchange, 206, Arrays.copyOfRange(file, Integer.parseInt(range[1]), Integer.parseInt(range[2]) + 1));
        } else {
            answer(exchange, 200, file);
        }
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
