// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@link TrafficLoad} in a process of its own. Thread-safe. */
final class Generator {

    private final List<String> options;

    /** @param options for every scenario */
    Generator(List<String> options) {
        this.options = List.copyOf(options);
    }

    Figures run(String scenario, RunningBroker broker, String... more) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-XX:+UseSerialGC", "-Xmx1g", "-cp", System.getProperty("java.class.path")));
        line.addAll(List.of(TrafficLoad.class.getName(), scenario));
        line.addAll(List.of("--port", Integer.toString(broker.port()), "--pid", Long.toString(broker.pid())));
        line.addAll(options);
        line.addAll(List.of(more));
        Process process = new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException(scenario + " with " + broker.title() + " failed: " + printed);
        }
        System.err.println(broker.title() + " " + scenario + " " + printed);
        return Figures.parse(printed);
    }
}
