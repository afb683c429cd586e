// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * The real distribution as a process of its own, started by the {@code amphora} script on a data directory and on free
 * ports of the loopback address. Confined to the test's thread.
 */
public final class RunningAmphora implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration STOP = Duration.ofSeconds(30);

    private final List<String> call;
    private final Path data;
    private final Map<String, String> environment;
    private String javaOptions = "";
    private Process script;

    private RunningAmphora(List<String> call, Path data, Map<String, String> environment) {
        this.call = call;
        this.data = data;
        this.environment = environment;
    }

    /** Starts on a data directory, new or used, and returns when the listener accepts connections. */
    public static RunningAmphora start(Path data) throws IOException, InterruptedException {
        return start(data, Map.of());
    }

    /** The same with more variables in its environment. */
    public static RunningAmphora start(Path data, Map<String, String> environment)
            throws IOException, InterruptedException {
        return start(script(), data, environment);
    }

    /** The same with another way to call the script. */
    public static RunningAmphora start(List<String> call, Path data, Map<String, String> environment)
            throws IOException, InterruptedException {
        RunningAmphora amphora = new RunningAmphora(call, data.toAbsolutePath(), environment);
        amphora.launch("--port", "0", "--ssh-port", "0");
        return amphora;
    }

    /** The same with other options of {@code run}. */
    static RunningAmphora start(Path data, Map<String, String> environment, String... options)
            throws IOException, InterruptedException {
        RunningAmphora amphora = new RunningAmphora(script(), data.toAbsolutePath(), environment);
        amphora.launch(options);
        return amphora;
    }

    private static List<String> script() {
        return List.of(Distribution.home().resolve("amphora").toString());
    }

    /** Ends the process as {@code kill -9} does. */
    public void kill9() throws IOException, InterruptedException {
        broker().destroyForcibly();
        if (!script.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("the script outlives the process: " + output());
        }
    }

    /** Starts again on the same directory and ports, after {@link #kill9} or {@link #stop}. */
    public void restart() throws IOException, InterruptedException {
        launch();
    }

    /** Flags of the JVM that count from the next start on. */
    public void useJavaOptions(String options) {
        javaOptions = options;
    }

    public boolean isRunning() {
        return script.isAlive();
    }

    /** Waits until it ends by itself. */
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return script.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The broker's exit code, once it has ended. */
    public int exitCode() {
        return script.exitValue();
    }

    /** Stops cleanly, as an operator's Ctrl-C does, and returns the script's exit code. */
    public int stop() throws IOException, InterruptedException {
        script.destroy();
        if (!script.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
            kill9();
            throw new IOException("not stopped within " + STOP + ": " + output());
        }
        return script.exitValue();
    }

    /** Stops the process if it runs; keeps the data. */
    @Override
    public void close() throws IOException {
        try {
            if (script.isAlive()) {
                stop();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() throws IOException {
        return Integer.parseInt(settings("io.amphora.mqtt.listener-tcp.cfg").getProperty("port"));
    }

    /** Port of the listener that speaks WebSocket. */
    public int webSocketPort() throws IOException {
        return Integer.parseInt(settings("io.amphora.mqtt.listener-ws.cfg").getProperty("port"));
    }

    public Path data() {
        return data;
    }

    /** Where the default exporter delivers. */
    public Path exports() {
        return data.resolve("exports");
    }

    public Path spool() {
        return data.resolve("spool");
    }

    public Path log() {
        return data.resolve("log/amphora.log");
    }

    /** What the script and the broker have written to the terminal since the last start. */
    public String output() throws IOException {
        return Files.readString(console());
    }

    /** The broker's own process. */
    public ProcessHandle broker() throws IOException {
        long pid = Long.parseLong(Files.readString(data.resolve("amphora.pid")).strip());
        return ProcessHandle.of(pid).orElseThrow(() -> new IOException("no process " + pid));
    }

    /** Runs a command of the Karaf shell and returns what it prints. */
    public String shell(String command) throws IOException, InterruptedException {
        return script("shell", command);
    }

    /** Runs a command of the {@code amphora} script on this broker and returns what it prints. */
    public String script(String command, String... arguments) throws IOException, InterruptedException {
        Process process = builder(command, arguments).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + printed);
        }
        return printed;
    }

    private void launch(String... options) throws IOException, InterruptedException {
        Files.createDirectories(data);
        script = builder("run", options)
                .redirectErrorStream(true)
                .redirectOutput(console().toFile())
                .start();
        try {
            Waiting.until("the broker is ready", START, () -> isReady() || !script.isAlive());
        } finally {
            if (!isReady()) {
                script.destroy();
            }
        }
        if (!script.isAlive()) {
            throw new IOException("not started: " + output());
        }
    }

    private boolean isReady() throws IOException {
        return output().contains("Amphora is ready.");
    }

    private Path console() {
        return data.resolve("console.txt");
    }

    private ProcessBuilder builder(String command, String... arguments) {
        List<String> line = new ArrayList<>(call);
        line.addAll(List.of(command, "--data", data.toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line);
        // The build that runs this test has made the distribution.
        builder.environment().put("AMPHORA_NO_BUILD", "1");
        builder.environment().putAll(environment);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        if (!javaOptions.isEmpty()) {
            builder.environment().put("EXTRA_JAVA_OPTS", javaOptions);
        }
        return builder;
    }

    private Properties settings(String file) throws IOException {
        Properties settings = new Properties();
        try (var reader = Files.newBufferedReader(data.resolve("etc").resolve(file))) {
            settings.load(reader);
        }
        return settings;
    }
}
