// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import io.amphora.itests.clients.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** {@code ./amphora run} and its broker begin and end together, whenever a signal comes. */
public final class SignalledScriptIT {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path data;
    private Path printed;
    private Process script;

    @Before
    public void find() throws Exception {
        assumeTrue("needs setsid and flock", Tool.isThere("setsid") && Tool.isThere("flock"));
        data = folder.getRoot().toPath().resolve("data");
        printed = folder.newFile("printed").toPath();
    }

    @After
    public void end() throws Exception {
        if (script != null && script.isAlive()) {
            signalGroup("KILL");
            script.waitFor();
        }
    }

    @Test
    public void aSignalToAllWhileItStartsLeavesNothingBehind() throws Exception {
        script = run(printed);
        Waiting.until("the broker's process is there", () -> !pid().isEmpty());
        ProcessHandle broker = ProcessHandle.of(Long.parseLong(pid())).orElseThrow();
        assertFalse(Files.readString(printed).contains("Amphora is ready"));
        signalGroup("TERM"); // as Ctrl-C does, which programs that a script started in the background may ignore
        assertTrue(script.waitFor(1, TimeUnit.MINUTES));
        assertEquals(Files.readString(printed), 0, script.exitValue());
        assertFalse(broker.isAlive());
        assertFalse(Files.exists(data.resolve("amphora.pid")));
    }

    @Test
    public void anotherIsRefusedWhileItRestsBeforeItStartsAgain() throws Exception {
        script = run(printed, "--restart");
        for (int pause = 1; pause <= 16; pause *= 2) {
            Waiting.until("it is ready", () -> brokerIsReady());
            ProcessHandle.of(Long.parseLong(pid())).orElseThrow().destroyForcibly();
            String rests = "starting again in " + pause + " s";
            Waiting.until(rests, () -> Files.readString(printed).contains(rests));
        }
        Path refusal = folder.newFile("refusal").toPath();
        Process other = run(refusal);
        assertTrue(other.waitFor(1, TimeUnit.MINUTES));
        assertEquals(1, other.exitValue());
        assertTrue(Files.readString(refusal), Files.readString(refusal).contains("another ./amphora run uses " + data));
        signalGroup("TERM");
        assertTrue(script.waitFor(1, TimeUnit.MINUTES));
        assertEquals(0, script.exitValue());
    }

    /** As often as it has started. */
    private boolean brokerIsReady() throws Exception {
        String text = Files.readString(printed);
        return text.split("Amphora is ready", -1).length > text.split("starting again", -1).length;
    }

    private Process run(Path into, String... options) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("setsid", Distribution.home().resolve("amphora").toString(), "run", "--data", data.toString()));
        command.addAll(List.of("--port", "0", "--ssh-port", "0"));
        command.addAll(List.of(options));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(into.toFile());
        builder.environment().put("AMPHORA_NO_BUILD", "true");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.start();
    }

    private String pid() throws Exception {
        Path file = data.resolve("amphora.pid");
        return Files.exists(file) ? Files.readString(file).strip() : "";
    }

    private void signalGroup(String signal) throws Exception {
        Tool.run(folder.getRoot().toPath(), List.of("kill", "-s", signal, "--", "-" + script.pid()));
    }
}
