// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.http;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.FileDamagedException;
import io.amphora.transfer.spi.FileRefusedException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The web server that files go to. The digest that is sent along lets it check what arrives; what it holds then is
 * compared with the file. It is trusted to have stored that durably. Thread-safe.
 */
final class WebServer {

    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;
    private static final int TOO_LARGE = 413;
    private static final int URI_TOO_LONG = 414;
    private static final int OK = 200;
    private static final int PARTIAL = 206;

    private final Locations locations;
    private final String authorization;
    private final Duration requestTimeout;
    private final boolean verified;
    private final HttpClient client;

    /** @param verified whether what the server holds is compared with each file */
    WebServer(
            Locations locations,
            String authorization,
            Duration connectTimeout,
            Duration requestTimeout,
            boolean verified) {
        this.verified = verified;
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
                .header("Repr-Digest", digest(file))
                .header("Amphora-Client-Id", Locations.encode(export.id().clientId()))
                .header("Amphora-File-Id", Locations.encode(export.id().fileId()))
                .build();
        HttpResponse<Void> response = send(request, BodyHandlers.discarding());
        requireTaken(response.statusCode());
        if (!isSuccess(response.statusCode())) {
            throw failure("PUT", location, response.statusCode());
        }
        if (verified) {
            verify(location, file);
        }
    }

    private static void requireTaken(int status) throws FileRefusedException {
        if (status == TOO_LARGE || status == URI_TOO_LONG) {
            String what = status == TOO_LARGE ? "the file is too large" : "the file's name is too long";
            throw new FileRefusedException(what + " for the web server, which answered " + status);
        }
    }

    private void verify(URI location, SpooledFile file) throws IOException {
        HttpRequest request = request(location)
                .method("HEAD", BodyPublishers.noBody())
                .header("Accept-Encoding", "identity")
                .header("Want-Repr-Digest", "sha-256=1")
                .build();
        HttpResponse<Void> head = send(request, BodyHandlers.discarding());
        try {
            new StoredFile(head.statusCode(), head.headers()).requireSame(file);
        } catch (FileDamagedException e) {
            remove(location, e);
            throw e;
        }
    }

    private void remove(URI location, FileDamagedException damage) {
        try {
            delete(location);
        } catch (IOException e) {
            damage.addSuppressed(e);
            LOG.warn("Left a damaged file at {}: {}", location, e.toString());
        }
    }

    static String digest(SpooledFile file) {
        return "sha-256=:" + Base64.getEncoder().encodeToString(file.sha256().bytes()) + ":";
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

    static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }

    static boolean isGone(int status) {
        return status == NOT_FOUND || status == GONE;
    }

    private static IOException failure(String method, URI location, int status) {
        return isGone(status)
                ? new NoSuchFileException(location.toString())
                : new IOException(method + " " + location + " was answered with " + status);
    }
}
