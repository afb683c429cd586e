// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * {@code ./amphora run} in a clone of this repository builds it when its sources have changed, and only then. The build takes from
 * Maven's local repository what the build that runs this test has brought there.
 */
public final class FreshCloneIT {

    private static final Duration PATIENCE = Duration.ofMinutes(15);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path clone;
    private Path maven;
    private Path calls;
    private Process script;

    @Before
    public void cloneIt() throws Exception {
        assumeTrue("needs git", Files.exists(Distribution.home().resolve(".git")));
        Path real = onPath("mvn");
        clone = folder.getRoot().toPath().resolve("a clone");
        calls = folder.getRoot().toPath().resolve("calls");
        maven = folder.newFolder("bin").toPath().resolve("mvn");
        Files.createFile(calls);
        Files.writeString(
                maven,
                String.join(
                        "\n",
                        "#!/bin/sh",
                        "echo called >>'" + calls + "'",
                        "exec '" + real + "' -o -Dmaven.repo.local='" + localRepository() + "' \"$@\"",
                        ""));
        Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
        Process git = new ProcessBuilder(
                        "git",
                        "-c",
                        "safe.directory=*",
                        "clone",
                        "-q",
                        Distribution.home().toString(),
                        clone.toString())
                .inheritIO()
                .start();
        assertEquals(0, git.waitFor());
    }

    @After
    public void end() throws Exception {
        if (script != null && script.isAlive()) {
            stop();
        }
    }

    @Test
    public void onlyChangedSourcesAreBuilt() throws Exception {
        String first = runOnce();
        assertEquals(first, 1, builds());
        assertTrue(first, first.contains("[1/") && first.contains("Amphora :: Distribution"));

        runOnce();
        assertEquals(1, builds());

        append(clone.resolve("itests/src/test/java/io/amphora/itests/Waiting.java"));
        append(clone.resolve("bundles/console/src/test/java/io/amphora/console/ClientsCommandTest.java"));
        leaveWhatAnEarlierScriptLeft();
        runOnce();
        assertEquals(1, builds());

        append(clone.resolve("bundles/console/src/main/java/io/amphora/console/ClientTable.java"));
        runOnce();
        assertEquals(2, builds());

        runOnce();
        assertEquals(2, builds());
    }

    private long builds() throws IOException {
        try (Stream<String> lines = Files.lines(calls)) {
            return lines.count();
        }
    }

    private static void append(Path source) throws IOException {
        Files.writeString(source, "// changed\n", StandardOpenOption.APPEND);
    }

    /** It took the pattern of the archive's name for the name, when there was no archive. */
    private void leaveWhatAnEarlierScriptLeft() throws IOException {
        Files.createFile(clone.resolve("karaf-distribution/target/karaf-distribution-*.tar.gz"));
    }

    /** Starts it, waits until it is ready, and stops it; returns what it printed. */
    private String runOnce() throws Exception {
        Path printed = folder.newFile().toPath();
        ProcessBuilder builder = new ProcessBuilder(
                        clone.resolve("amphora").toString(), "run", "--port", "0", "--ssh-port", "0")
                .directory(clone.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        builder.environment().remove("AMPHORA_NO_BUILD");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().merge("PATH", "", (path, none) -> maven.getParent() + File.pathSeparator + path);
        script = builder.start();
        Waiting.until(
                "the broker is ready",
                PATIENCE,
                () -> Files.readString(printed).contains("Amphora is ready.") || !script.isAlive());
        assertTrue(Files.readString(printed), script.isAlive());
        stop();
        return Files.readString(printed, UTF_8);
    }

    private void stop() throws Exception {
        script.destroy();
        assertTrue(script.waitFor(1, TimeUnit.MINUTES));
        assertEquals(0, script.exitValue());
    }

    private static String localRepository() {
        return System.getProperty("org.ops4j.pax.url.mvn.localRepository");
    }

    private static Path onPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(program + " is not in PATH"));
    }
}
