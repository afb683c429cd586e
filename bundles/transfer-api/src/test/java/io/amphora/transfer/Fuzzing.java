// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer;

import static org.junit.Assert.assertEquals;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.rules.TemporaryFolder;

/**
 * Lets Jazzer search for an input that makes a target throw, in a process of its own. A target is a class with a method
 * {@code public static void fuzzerTestOneInput(byte[])}; what it throws is a finding. Confined to the test's thread.
 */
public final class Fuzzing {

    private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";

    private final TemporaryFolder folder;
    private final List<byte[]> seeds = new ArrayList<>();
    private String guided = "io.amphora.**:com.fasterxml.jackson.core.json.**";
    private int maximumLength = 4_096;

    /** A search that keeps its files below {@code folder}. */
    public Fuzzing(TemporaryFolder folder) {
        this.folder = folder;
    }

    /** Adds an input that the search starts from. */
    public Fuzzing from(String seed) {
        return from(seed.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds an input that the search starts from. */
    public Fuzzing from(byte[] seed) {
        seeds.add(seed);
        return this;
    }

    /** Bounds the length of the inputs. */
    public Fuzzing upTo(int length) {
        maximumLength = length;
        return this;
    }

    /** Lets the search see its way through more classes: packages as {@code a.b.**}, separated by colons. */
    public Fuzzing through(String packages) {
        guided += ":" + packages;
        return this;
    }

    /** Searches for some seconds; a finding fails the test, with the input and the search's seed in the message. */
    public void search(Class<?> target, int seconds) throws IOException, InterruptedException {
        assumeTrue("Jazzer has no library for this machine", isSupported());
        Path corpus = folder.newFolder("corpus").toPath();
        for (int i = 0; i < seeds.size(); i++) {
            Files.write(corpus.resolve("seed" + i), seeds.get(i));
        }
        Path output = folder.newFile("output").toPath();
        Process process = new ProcessBuilder(command(target, seconds, corpus))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(seconds + 120, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
        assertEquals(said, true, ended && said.contains("INITED"));
        assertEquals(said, 0, process.exitValue());
    }

    private static boolean isSupported() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return os.contains("mac") || System.getProperty("os.arch").equals("amd64");
    }

    private List<String> command(Class<?> target, int seconds, Path corpus) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                System.getProperty("java.class.path"),
                JAZZER,
                "--target_class=" + target.getName(),
                "--instrumentation_includes=" + guided,
                "--custom_hook_includes=io.amphora.**",
                "--reproducer_path=" + folder.getRoot(),
                "-artifact_prefix=" + folder.getRoot() + "/",
                "-max_len=" + maximumLength,
                "-max_total_time=" + seconds,
                "-timeout=20",
                corpus.toString());
    }
}
