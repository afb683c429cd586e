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
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * S3Proxy in a process of its own, which works and logs in a directory. It verifies signatures. Start and close it on
 * one thread.
 */
public final class S3Server implements AutoCloseable {

    /** System property: where the server's libraries are, for a process that has this class from elsewhere. */
    public static final String LIBRARIES = "amphora.s3.libraries";

    /** The one user. */
    public static final String ACCESS_KEY = "test-key";

    /** The user's secret. */
    public static final String SECRET_KEY = "test-secret";

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
    private final int port;
    private final Path objects;

    private S3Server(Process process, int port, Path objects) {
        this.process = process;
        this.port = port;
        this.objects = objects;
    }

    /** Starts a server that keeps small objects in memory, under any key, and waits until it answers. */
    public static S3Server inMemory(Path directory) throws IOException, InterruptedException {
        return start(directory, "transient-nio2");
    }

    /** The same with objects of any size in files, whose names have to be short enough. */
    public static S3Server inFiles(Path directory) throws IOException, InterruptedException {
        return start(directory, "filesystem-nio2");
    }

    private static S3Server start(Path directory, String provider) throws IOException, InterruptedException {
        Path objects = Files.createDirectories(directory.resolve("objects"));
        int port = freePort();
        Path settings = directory.resolve("s3proxy.conf");
        Files.write(settings, settings(port, provider, objects));
        Path logging = Files.writeString(directory.resolve("logback.xml"), LOGGING);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-Dlogback.configurationFile=" + logging,
                        "-cp",
                        libraries().resolve("*").toString(),
                        "org.gaul.s3proxy.Main",
                        "--properties",
                        settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("s3proxy.log").toFile())
                .start();
        S3Server server = new S3Server(process, port, objects);
        server.awaitOpen(directory.resolve("s3proxy.log").toFile());
        return server;
    }

    private static List<String> settings(int port, String provider, Path objects) {
        return List.of(
                "s3proxy.endpoint=http://127.0.0.1:" + port,
                "s3proxy.authorization=aws-v2-or-v4",
                "s3proxy.identity=" + ACCESS_KEY,
                "s3proxy.credential=" + SECRET_KEY,
                "jclouds.provider=" + provider,
                "jclouds.filesystem.basedir=" + objects);
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
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Its port on the loopback address. */
    public int port() {
        return port;
    }

    /** Where it answers. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
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
