// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import io.amphora.itests.RunningAmphora;
import io.amphora.itests.SentFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What goes on while the power is lost: files and messages of one client, one after the other, and a script in the shell
 * that changes an exporter and installs a feature. Thread-safe.
 */
final class PowerWork implements AutoCloseable {

    static final String CLIENT = "device";
    static final String EXPORTER = "edited";
    static final int SEGMENT = 5_000;
    static final int SEGMENTS = 3;
    static final int MAX_MESSAGES = 400;

    private static final int EDITS = 500;
    private static final int FEATURE_AT = 15;

    /** What was acknowledged at some moment. */
    record Acknowledged(int files, int segments, int messages, int edits, boolean feature) {}

    private final int port;
    private final Process shell;
    private final CompletableFuture<?> device;
    private final CompletableFuture<?> operator;
    private volatile boolean stopped;
    private volatile Acknowledged acknowledged = new Acknowledged(0, 0, 0, 0, false);

    PowerWork(RunningAmphora amphora) throws IOException {
        port = amphora.port();
        ProcessBuilder builder = new ProcessBuilder(
                System.getProperty("amphora.home") + "/amphora",
                "shell",
                "--data",
                amphora.data().toString(),
                script(amphora));
        builder.environment().put("AMPHORA_NO_BUILD", "1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        shell = builder.redirectErrorStream(true).start();
        shell.getOutputStream().close();
        operator = CompletableFuture.runAsync(this::operate);
        device = CompletableFuture.runAsync(this::send);
    }

    private static String script(RunningAmphora amphora) {
        String pid = "io.amphora.export.local";
        String first = "config:edit --factory --alias " + EXPORTER + " " + pid + "\n"
                + "config:property-set exporter.name " + EXPORTER + "\n"
                + "config:property-set selector '(client_id=nobody)'\n"
                + "config:property-set root '" + root(amphora, 0) + "'\nconfig:update\necho edited 0\n";
        return first
                + IntStream.rangeClosed(1, EDITS)
                        .mapToObj(i -> (i == FEATURE_AT ? "feature:install amphora-export-http\necho installed\n" : "")
                                + "config:edit '(exporter.name=" + EXPORTER + ")'\n"
                                + "config:property-set root '" + root(amphora, i) + "'\nconfig:update\necho edited "
                                + i)
                        .collect(Collectors.joining("\n"));
    }

    static String root(RunningAmphora amphora, int edit) {
        return amphora.data().resolve("elsewhere/edit" + edit).toString();
    }

    static SentFile file(int number) {
        return new SentFile(CLIENT, "f" + number, "f" + number + ".bin", SEGMENTS * SEGMENT, number);
    }

    Acknowledged acknowledged() {
        return acknowledged;
    }

    /** Segments and files, messages and edits together. */
    int steps() {
        Acknowledged now = acknowledged;
        return now.files * SEGMENTS + now.segments + now.edits;
    }

    private synchronized void acknowledge(java.util.function.UnaryOperator<Acknowledged> change) {
        acknowledged = change.apply(acknowledged);
    }

    private void operate() {
        try (BufferedReader lines = shell.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String said = line.strip();
                if (said.startsWith("edited ")) {
                    int edit = Integer.parseInt(said.substring("edited ".length()));
                    acknowledge(now -> new Acknowledged(now.files, now.segments, now.messages, edit, now.feature));
                } else if (said.equals("installed")) {
                    acknowledge(now -> new Acknowledged(now.files, now.segments, now.messages, now.edits, true));
                } else if (!stopped && said.startsWith("Error")) {
                    throw new AssertionError(said);
                }
            }
        } catch (IOException e) {
            if (!stopped) {
                throw new AssertionError(e);
            }
        }
    }

    private void send() {
        try {
            Link link = Link.connect(port, CLIENT);
            for (int number = 0; !stopped; number++) {
                upload(link, file(number));
            }
        } catch (Link.LostException e) {
            throw new AssertionError(e);
        }
    }

    private void upload(Link link, SentFile file) throws Link.LostException {
        require(link.call("$file/" + file.fileId() + "/init", file.meta()));
        byte[] bytes = file.bytes();
        for (int at = 0; at < bytes.length; at += SEGMENT) {
            require(link.call("$file/" + file.fileId() + "/" + at, Arrays.copyOfRange(bytes, at, at + SEGMENT)));
            acknowledge(now -> new Acknowledged(now.files, now.segments + 1, now.messages, now.edits, now.feature));
            int message = acknowledged.messages;
            if (message < MAX_MESSAGES) {
                require(link.call("messages", Integer.toString(message).getBytes(StandardCharsets.UTF_8)));
                acknowledge(now -> new Acknowledged(now.files, now.segments, message + 1, now.edits, now.feature));
            }
        }
        require(link.call("$file/" + file.fileId() + "/fin/" + file.size() + "/" + SentFile.sha256(bytes)));
        acknowledge(now -> new Acknowledged(now.files + 1, 0, now.messages, now.edits, now.feature));
    }

    private static void require(Answer answer) {
        if (!answer.succeeded() && answer.code() != Answer.UNKNOWN) { // 0x10: nobody matches
            throw new AssertionError(answer.toString());
        }
    }

    /** Ends the work; what went wrong before is thrown. */
    @Override
    public void close() throws ExecutionException {
        stopped = true;
        shell.descendants().forEach(ProcessHandle::destroyForcibly);
        shell.destroyForcibly();
        try {
            device.get();
            operator.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExecutionException(e);
        }
    }
}
