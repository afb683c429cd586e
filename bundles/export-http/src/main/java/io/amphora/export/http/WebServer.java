// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.http;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.SpooledFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Base64;

/**
 * The web server that files go to. It is trusted to have stored a file, durably and as a whole, when it answers a PUT with
 * success; the digest that is sent along lets it check. Thread-safe.
 */
final class WebServer {

    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;
    private static final int OK = 200;
    private static final int PARTIAL = 206;

    private final Locations locations;
    private final String authorization;
    private final Duration requestTimeout;
    private final HttpClient client;

    WebServer(Locations locations, String authorization, Duration connectTimeout, Duration requestTimeout) {
        this.locations = locations;
        this.authorization = authorization;
        this.requestTimeout = requestTimeout;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout)
                .build();
    }

    Locations locations() {
        return locations;
    }

    void put(URI location, ExportRequest export) throws IOException {
        SpooledFile file = export.file();
        long there = Files.size(file.path());
        if (there < file.size()) {
            throw new EOFException("the spool has only " + there + " of " + file.size() + " bytes");
        }
        HttpRequest request = request(location)
                .PUT(body(file))
                .header("Repr-Digest", "sha-256=:" + base64(file.sha256().bytes()) + ":")
                .header("Amphora-Client-Id", Locations.encode(export.id().clientId()))
                .header("Amphora-File-Id", Locations.encode(export.id().fileId()))
                .build();
        HttpResponse<Void> response = send(request, BodyHandlers.discarding());
        if (!isSuccess(response.statusCode())) {
            throw failure("PUT", location, response.statusCode());
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** The file's bytes and no more: what is in the spool may be longer. */
    private static BodyPublisher body(SpooledFile file) {
        return file.size() == 0
                ? BodyPublishers.noBody()
                : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> content(file)), file.size());
    }

    private static InputStream content(SpooledFile file) {
        try {
            return new LimitedInputStream(Files.newInputStream(file.path()), file.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    InputStream get(URI location, ByteRange range) throws IOException {
        require(location);
        if (range.length() == 0) {
            return InputStream.nullInputStream();
        }
        HttpRequest request = request(location)
                .header("Range", "bytes=" + range.start() + "-" + (range.end() - 1))
                .build();
        HttpResponse<InputStream> response = send(request, BodyHandlers.ofInputStream());
        InputStream body = response.body();
        if (response.statusCode() == PARTIAL) {
            return body;
        }
        if (response.statusCode() == OK) { // the server knows no ranges
            body.skipNBytes(range.start());
            return new LimitedInputStream(body, range.length());
        }
        body.close();
        throw failure("GET", location, response.statusCode());
    }

    void delete(URI location) throws IOException {
        require(location);
        int status = send(request(location).DELETE().build(), BodyHandlers.discarding())
                .statusCode();
        if (!isSuccess(status) && !isGone(status)) {
            throw failure("DELETE", location, status);
        }
    }

    private void require(URI location) throws IOException {
        if (!locations.contains(location)) {
            throw new IOException("not below " + locations.base() + ": " + location);
        }
    }

    private HttpRequest.Builder request(URI location) {
        HttpRequest.Builder request = HttpRequest.newBuilder(location).timeout(requestTimeout);
        return authorization.isBlank() ? request : request.header("Authorization", authorization);
    }

    private <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) throws IOException {
        try {
            return client.send(request, handler);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }

    private static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }

    private static boolean isGone(int status) {
        return status == NOT_FOUND || status == GONE;
    }

    private static IOException failure(String method, URI location, int status) {
        return isGone(status)
                ? new NoSuchFileException(location.toString())
                : new IOException(method + " " + location + " was answered with " + status);
    }
}
