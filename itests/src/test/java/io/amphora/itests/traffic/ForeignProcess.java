// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A broker of somebody else's. Confined to one thread. */
final class ForeignProcess implements RunningBroker {

    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration STOP = Duration.ofSeconds(20);

    private final String title;
    private final int port;
    private final Process process;

    private ForeignProcess(String title, int port, Process process) {
        this.title = title;
        this.port = port;
        this.process = process;
    }

    /** Starts a command line and returns when there is a listener on the port. */
    static ForeignProcess start(String title, int port, Path directory, List<String> line)
            throws IOException, InterruptedException {
        Path console = directory.resolve("console.txt");
        Process process = new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(console.toFile())
                .start();
        long deadline = System.nanoTime() + START.toNanos();
        while (!isOpen(port)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IOException(title + " has not started; see " + console);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return new ForeignProcess(title, port, process);
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (java.net.ConnectException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    /** Asks it to end, and makes it if it does not: nothing that it holds is needed. */
    @Override
    public void close() throws IOException {
        try {
            process.destroy();
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
