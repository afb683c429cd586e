// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.clients;

import static org.junit.Assert.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A program of this machine. Immutable. */
public final class Tool {

    private Tool() {}

    public static boolean isThere(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }

    /** Runs a program to its end, which has to be a success, and returns what it prints. */
    public static String run(Path folder, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(command + ": " + printed, 0, process.waitFor());
        return printed;
    }
}
