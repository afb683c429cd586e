// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import io.amphora.itests.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link BareBroker}, which starts in a fraction of the time. Confined to the test's thread. */
public final class ProcessVictim implements Victim {

    private final Path data;
    private final String mistakes;
    private Process process;

    public ProcessVictim(Path data) throws IOException {
        this(data, "");
    }

    /** @param mistakes Byteman rules by which it does something wrong */
    public ProcessVictim(Path data, String mistakes) throws IOException {
        this.data = data;
        this.mistakes = mistakes;
        Files.createDirectories(data.resolve("etc"));
        configure("io.amphora.transfer.cfg", "root", "${karaf.base}/spool");
        configure("io.amphora.mqtt.store.cfg", "root", "${karaf.base}/sessions");
        configure("io.amphora.export.local-default.cfg", "root", "${karaf.base}/exports");
        configure("io.amphora.mqtt.listener-tcp.cfg", "port", "0");
    }

    @Override
    public boolean start(String rules) throws IOException, InterruptedException {
        Files.deleteIfExists(BareBroker.portFile(data));
        String agent = Agent.option(data, rules + mistakes);
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        line.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=info");
        if (!agent.isEmpty()) {
            line.add(agent);
        }
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        line.addAll(List.of("-cp", classPath, BareBroker.class.getName(), data.toString()));
        process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("console.txt").toFile())
                .start();
        return awaitPort();
    }

    private boolean awaitPort() throws IOException, InterruptedException {
        try {
            Waiting.until("the broker is ready", () -> !process.isAlive() || Files.exists(BareBroker.portFile(data)));
        } catch (Exception e) {
            throw new IOException(e);
        }
        boolean ready = Files.exists(BareBroker.portFile(data));
        if (!ready && process.waitFor() != ENDED_AT_POINT) {
            throw new IOException("not started: " + Files.readString(data.resolve("console.txt")));
        }
        return ready;
    }

    @Override
    public void kill9() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public int exitCode() {
        return process.exitValue();
    }

    @Override
    public int port() throws IOException {
        return Integer.parseInt(Files.readString(BareBroker.portFile(data)));
    }

    @Override
    public Path data() {
        return data;
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Override
    public String toString() {
        return "bare process";
    }
}
