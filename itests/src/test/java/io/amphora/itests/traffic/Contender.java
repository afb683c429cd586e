// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.amphora.itests.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A broker that can be measured, as it is set up to be. */
enum Contender {
    AMPHORA {
        @Override
        Optional<String> missing() {
            return Optional.empty();
        }

        @Override
        RunningBroker start(Path directory, Map<String, String> settings) throws IOException, InterruptedException {
            return AmphoraProcess.start(directory, settings);
        }
    },

    MOSQUITTO {
        @Override
        Optional<String> missing() {
            return onPath().isPresent() ? Optional.empty() : Optional.of("there is no mosquitto on the PATH");
        }

        @Override
        RunningBroker start(Path directory, Map<String, String> settings) throws IOException, InterruptedException {
            return mosquitto(directory, "");
        }
    },

    /** With a queue that has no end. */
    MOSQUITTO_UNBOUNDED {
        @Override
        Optional<String> missing() {
            return MOSQUITTO.missing();
        }

        @Override
        RunningBroker start(Path directory, Map<String, String> settings) throws IOException, InterruptedException {
            return mosquitto(directory, "max_queued_messages 0\n");
        }
    },

    HIVEMQ {
        @Override
        Optional<String> missing() {
            return notFetched("hivemq");
        }

        @Override
        RunningBroker start(Path directory, Map<String, String> settings) throws IOException, InterruptedException {
            int port = FreePort.next();
            Files.createDirectories(directory.resolve("conf"));
            Files.writeString(directory.resolve("conf/config.xml"), """
                    <?xml version="1.0"?>
                    <hivemq>
                      <listeners>
                        <tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address></tcp-listener>
                      </listeners>
                      <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                    </hivemq>
                    """.formatted(port));
            String launcher =
                    SOURCES.resolve("HiveMqServer.java").toAbsolutePath().toString();
            return java(
                    port,
                    directory,
                    "hivemq",
                    "HiveMQ CE",
                    "hivemq-community-edition-embedded",
                    launcher,
                    directory.toString());
        }
    },

    MOQUETTE {
        @Override
        Optional<String> missing() {
            return notFetched("moquette");
        }

        @Override
        RunningBroker start(Path directory, Map<String, String> settings) throws IOException, InterruptedException {
            int port = FreePort.next();
            Files.createDirectories(directory.resolve("config"));
            Files.writeString(directory.resolve("config/moquette.conf"), """
                    host 127.0.0.1
                    port %d
                    allow_anonymous true
                    persistence_enabled false
                    telemetry_enabled false
                    """.formatted(port));
            return java(port, directory, "moquette", "Moquette", "moquette-broker", "io.moquette.broker.Server");
        }
    };

    /** Where the pom is that fetches other brokers, and what starts them. */
    static final Path SOURCES = home().resolve("itests/src/test/brokers");

    private static final Path JARS = home().resolve("itests/target/brokers");

    /** Why it cannot be measured. */
    abstract Optional<String> missing();

    /** @param settings of Amphora that differ from the defaults; the others have none */
    abstract RunningBroker start(Path directory, Map<String, String> settings) throws IOException, InterruptedException;

    static Contender of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static Path home() {
        return Path.of(System.getProperty("amphora.home", ".")).toAbsolutePath().normalize();
    }

    private static Optional<Path> onPath() {
        return Stream.of((System.getenv("PATH") + ":/usr/sbin").split(":"))
                .map(folder -> Path.of(folder, "mosquitto"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static RunningBroker mosquitto(Path directory, String settings) throws IOException, InterruptedException {
        String command = onPath().orElseThrow().toString();
        int port = FreePort.next();
        Path file = directory.resolve("mosquitto.conf");
        String text =
                "listener %d 127.0.0.1\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\nsys_interval 1\n";
        Files.writeString(file, text.formatted(port) + settings);
        Process help =
                new ProcessBuilder(command, "-h").redirectErrorStream(true).start();
        String version = new String(help.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .findFirst()
                .orElse("mosquitto");
        String title = version.replace("mosquitto version", "Mosquitto") + (settings.isEmpty() ? "" : ", no bound");
        return ForeignProcess.start(title, port, directory, List.of(command, "-c", file.toString()));
    }

    private static Optional<String> notFetched(String profile) {
        return Files.isDirectory(JARS.resolve(profile))
                ? Optional.empty()
                : Optional.of("fetch it: mvn -f %s -P %s dependency:copy-dependencies"
                        .formatted(Path.of("").toAbsolutePath().relativize(SOURCES.resolve("pom.xml")), profile));
    }

    private static RunningBroker java(
            int port, Path directory, String profile, String name, String artifact, String... launch)
            throws IOException, InterruptedException {
        Path jars = JARS.resolve(profile);
        String version;
        try (Stream<Path> all = Files.list(jars)) {
            version = all.map(jar -> jar.getFileName().toString())
                    .filter(jar -> jar.startsWith(artifact))
                    .map(jar -> jar.replace(artifact + "-", "").replace(".jar", ""))
                    .findFirst()
                    .orElseThrow();
        }
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-Dmoquette.path=" + directory, "-cp", jars + "/*"));
        line.addAll(List.of(launch));
        return ForeignProcess.start(name + " " + version, port, directory, line);
    }
}
