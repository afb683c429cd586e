// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.AssumptionViolatedException;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL server of the tests' own, from Debian's package {@code postgresql} or whatever is installed: on a free port
 * of the loopback address, in a temporary folder, until the JVM ends. Thread-safe.
 */
public final class PostgresServer {

    public static final String USER = "amphora";
    public static final String PASSWORD = "Säcret '\\";
    private static PostgresServer shared;

    private final AtomicInteger databases = new AtomicInteger();
    private final Path programs;
    private final Path folder;
    private final int port;

    private PostgresServer(Path programs) throws IOException, InterruptedException {
        this.programs = programs;
        folder = Files.createTempDirectory("postgres");
        port = freePort();
        initialize();
        start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
    }

    /** The one server of this JVM; the calling test is skipped if there is no PostgreSQL. */
    public static synchronized PostgresServer shared() throws IOException, InterruptedException {
        if (shared == null) {
            shared = new PostgresServer(programs()
                    .orElseThrow(() -> new AssumptionViolatedException(
                            "left out: no PostgreSQL server (initdb, pg_ctl) is installed")));
        }
        return shared;
    }

    /** A new database; the source is PostgreSQL's own, which can tell its URL. */
    public PGSimpleDataSource emptyDatabase() throws SQLException {
        String name = "catalog" + databases.incrementAndGet();
        try (Connection connection = source("postgres").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return source(name);
    }

    private PGSimpleDataSource source(String database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(database);
        source.setUser(USER);
        source.setPassword(PASSWORD);
        return source;
    }

    private static Optional<Path> programs() throws IOException {
        List<Path> candidates = new ArrayList<>();
        Stream.of(System.getenv("PATH").split(":")).map(Path::of).forEach(candidates::add);
        Path debian = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(debian)) {
            try (Stream<Path> versions = Files.list(debian)) {
                versions.map(version -> version.resolve("bin"))
                        .sorted(Comparator.reverseOrder())
                        .forEach(candidates::add);
            }
        }
        return candidates.stream()
                .filter(folder -> Files.isExecutable(folder.resolve("initdb")))
                .findFirst();
    }

    private void initialize() throws IOException, InterruptedException {
        Path password = Files.writeString(folder.resolve("password"), PASSWORD);
        if (isRoot()) {
            run(List.of("chown", "-R", "postgres", folder.toString()));
        }
        run(asPostgres(
                "initdb",
                "-D",
                data(),
                "-U",
                USER,
                "-A",
                "scram-sha-256",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--pwfile=" + password));
    }

    private void start() throws IOException, InterruptedException {
        String options = "-p " + port + " -k " + folder + " -c listen_addresses=127.0.0.1";
        run(asPostgres(
                "pg_ctl",
                "start",
                "-w",
                "-D",
                data(),
                "-l",
                folder.resolve("log").toString(),
                "-o",
                options));
    }

    private void stop() {
        try {
            run(asPostgres("pg_ctl", "stop", "-m", "immediate", "-D", data()));
            run(List.of("rm", "-rf", folder.toString()));
        } catch (IOException e) {
            throw new IllegalStateException("PostgreSQL may still run in " + folder, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    /** PostgreSQL refuses to run as root. */
    private List<String> asPostgres(String program, String... arguments) {
        List<String> line = new ArrayList<>();
        if (isRoot()) {
            line.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        line.add(programs.resolve(program).toString());
        line.addAll(List.of(arguments));
        return line;
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private void run(List<String> line) throws IOException, InterruptedException {
        Path output = Files.createTempFile("postgres", ".txt");
        Process process = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int code = process.waitFor();
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        Files.delete(output);
        if (code != 0) {
            throw new IOException(line + " ended with " + code + ": " + printed);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
