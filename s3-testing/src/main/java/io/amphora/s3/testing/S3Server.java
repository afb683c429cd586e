// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.s3.testing;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * S3Proxy in a process of its own, which works and logs in a directory. It verifies signatures. Start and close it on
 * one thread.
 */
public final class S3Server implements AutoCloseable {

    /** System property: where the server's libraries are, for a process that has this class from elsewhere. */
    public static final String LIBRARIES = "amphora.s3.libraries";

    /** A user. */
    public static final String ACCESS_KEY = "test-key";

    /** The user's secret. */
    public static final String SECRET_KEY = "test-secret";

    /** Another user, who sees the same objects if they are in files. */
    public static final String OTHER_ACCESS_KEY = "other-key";

    /** The other user's secret. */
    public static final String OTHER_SECRET_KEY = "other-secret";

    private static final String IN_MEMORY = "jclouds.provider=transient-nio2";

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String LOGGING = """
            <configuration>
              <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d %-5level %logger{20} %msg%n</pattern></encoder>
              </appender>
              <root level="WARN"><appender-ref ref="out"/></root>
            </configuration>
            """;

    private final Process process;
    private final URI endpoint;
    private final Path objects;

    private S3Server(Process process, URI endpoint, Path objects) {
        this.process = process;
        this.endpoint = endpoint;
        this.objects = objects;
    }

    /** Starts a server that keeps small objects in memory, under any key, and waits until it answers. */
    public static S3Server inMemory(Path directory) throws IOException, InterruptedException {
        return start(directory, "http", List.of(IN_MEMORY));
    }

    /** The same with objects of any size in files, whose names have to be short enough, and for both users. */
    public static S3Server inFiles(Path directory) throws IOException, InterruptedException {
        Path objects = objects(directory);
        return start(
                directory,
                "http",
                List.of(
                        "jclouds.provider=filesystem-nio2",
                        "jclouds.filesystem.basedir=" + objects,
                        "s3proxy.ignore-unknown-headers=true")); // as session tokens
    }

    /** A server in memory that speaks TLS only. */
    public static S3Server overTls(Path directory, ServerCertificate certificate)
            throws IOException, InterruptedException {
        return start(
                directory,
                "https",
                List.of(
                        IN_MEMORY,
                        "s3proxy.keystore-path=" + certificate.keyStore(),
                        "s3proxy.keystore-password=" + ServerCertificate.PASSWORD));
    }

    /** A server in memory whose buckets are hosts of a domain. */
    public static S3Server inDomain(Path directory, String domain) throws IOException, InterruptedException {
        return start(directory, "http", List.of(IN_MEMORY, "s3proxy.virtual-host=" + domain));
    }

    private static S3Server start(Path directory, String scheme, List<String> more)
            throws IOException, InterruptedException {
        int port = freePort();
        String endpoint = (scheme.equals("https") ? "s3proxy.secure-endpoint=" : "s3proxy.endpoint=") + scheme
                + "://127.0.0.1:" + port;
        Path one = settings(directory.resolve("s3proxy.conf"), ACCESS_KEY, SECRET_KEY, endpoint, more);
        Path other = settings(directory.resolve("other.conf"), OTHER_ACCESS_KEY, OTHER_SECRET_KEY, endpoint, more);
        Path logging = Files.writeString(directory.resolve("logback.xml"), LOGGING);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-Dlogback.configurationFile=" + logging,
                        "-cp",
                        libraries().resolve("*").toString(),
                        "org.gaul.s3proxy.Main",
                        "--properties",
                        one.toString(),
                        "--properties",
                        other.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("s3proxy.log").toFile())
                .start();
        S3Server server = new S3Server(process, URI.create(scheme + "://127.0.0.1:" + port), objects(directory));
        server.awaitOpen(directory.resolve("s3proxy.log").toFile());
        return server;
    }

    private static Path objects(Path directory) throws IOException {
        return Files.createDirectories(directory.resolve("objects"));
    }

    private static Path settings(Path file, String user, String secret, String endpoint, List<String> more)
            throws IOException {
        List<String> settings = new ArrayList<>(List.of(
                endpoint,
                "s3proxy.authorization=aws-v2-or-v4",
                "s3proxy.identity=" + user,
                "s3proxy.credential=" + secret));
        settings.addAll(more);
        return Files.write(file, settings);
    }

    /** Where the build has put the server, beside this module's classes. */
    public static Path libraries() throws IOException {
        String given = System.getProperty(LIBRARIES);
        return given == null ? besideThisClass() : Path.of(given);
    }

    private static Path besideThisClass() throws IOException {
        try {
            Path here = Path.of(S3Server.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path libraries = here.resolveSibling("server");
            if (!Files.isDirectory(libraries)) {
                throw new IOException(libraries + " is missing: build the module s3-testing");
            }
            return libraries;
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitOpen(File log) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isOpen()) {
            if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IOException("the S3 server has not started: " + Files.readString(log.toPath()));
            }
        }
    }

    private boolean isOpen() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Its port on the loopback address. */
    public int port() {
        return endpoint.getPort();
    }

    /** Where it answers. */
    public URI endpoint() {
        return endpoint;
    }

    /** Where its objects are, if they are in files: a folder for each bucket, in it the keys as paths. */
    public Path objects() {
        return objects;
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
