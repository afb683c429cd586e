// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import io.amphora.itests.RunningAmphora;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Opens many transfers on many connections, all at once, prints what the broker takes while all are open, and brings every
 * one to its end. The window is small: many commands that wait at once would wait for longer than {@code init_timeout}. Confined
 * to one thread.
 *
 * <pre>
 * OpenTransfers [--clients N] [--transfers N] [--segment-size BYTES] [--window N] [--in DIR]
 * </pre>
 */
public final class OpenTransfers implements AutoCloseable {

    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(30);

    private final Selector selector = Selector.open();
    private final List<CommandClient> clients = new ArrayList<>();
    private final Map<String, Integer> failures = new TreeMap<>();
    private final int transfers;
    private final ByteBuffer segment;

    /** @param transfers in all, two segments each */
    OpenTransfers(InetSocketAddress server, int clientCount, int transfers, int segmentSize, int window)
            throws IOException {
        this.transfers = transfers;
        this.segment = ByteBuffer.allocateDirect(segmentSize);
        for (int i = 0; i < clientCount; i++) {
            clients.add(new CommandClient(server, selector, "open-" + i, window, failures));
        }
    }

    public static void main(String... args) throws Exception {
        Options options = Options.parse(args, 0);
        Path in = Path.of(options.text("in").orElse(System.getProperty("java.io.tmpdir")));
        Path data = Files.createTempDirectory(in, "amphora-open-transfers");
        System.out.println(Machine.describe(data));
        try (RunningAmphora amphora = RunningAmphora.start(data)) {
            run(amphora, options);
        } finally {
            Directories.delete(data);
        }
        System.exit(0);
    }

    private static void run(RunningAmphora amphora, Options options) throws IOException, InterruptedException {
        long pid = amphora.broker().pid();
        System.out.println("Idle: " + Footprint.of(pid));
        InetSocketAddress server = new InetSocketAddress(amphora.host(), amphora.port());
        int transfers = options.number("transfers", 100_000);
        try (OpenTransfers open = new OpenTransfers(
                server,
                options.number("clients", 1_000),
                transfers,
                options.number("segment-size", 1_024),
                options.number("window", 2))) {
            open.work();
            System.out.println("Connected: " + Footprint.of(pid));
            ProcessUsage.resetPeak(pid);
            double seconds = timed(open::begin);
            System.out.printf(
                    Locale.ROOT,
                    "%,d transfers open after %.1f s (%.0f/s), peak %.0f MiB resident%n",
                    transfers,
                    seconds,
                    transfers / seconds,
                    ProcessUsage.of(pid).peakMib());
            System.out.println("Open: " + Footprint.of(pid));
            System.out.printf(Locale.ROOT, "Spool: %.0f MiB of disk%n", Footprint.diskMib(amphora.spool()));
            ProcessUsage.resetPeak(pid);
            seconds = timed(open::finish);
            System.out.printf(
                    Locale.ROOT,
                    "All delivered after %.1f s (%.0f/s), peak %.0f MiB resident, failed: %s%n",
                    seconds,
                    transfers / seconds,
                    ProcessUsage.of(pid).peakMib(),
                    open.failures());
            System.out.println("Delivered: " + Footprint.of(pid));
        }
    }

    private interface Phase {
        void run() throws IOException;
    }

    private static double timed(Phase phase) throws IOException {
        long start = System.nanoTime();
        phase.run();
        return (System.nanoTime() - start) / 1e9;
    }

    /** Begins every transfer and sends the first of its two segments. */
    void begin() throws IOException {
        String json = "{\"name\":\"file.bin\",\"size\":" + 2 * segment.capacity() + "}";
        forEachTransfer((client, file) -> {
            client.add(Command.init(file, json));
            client.add(Command.segment(file, "0", segment.duplicate()));
        });
    }

    /** Sends the second segments and ends every transfer. */
    void finish() throws IOException {
        forEachTransfer((client, file) -> {
            client.add(Command.segment(file, Integer.toString(segment.capacity()), segment.duplicate()));
            client.add(Command.fin(file, Integer.toString(2 * segment.capacity())));
        });
    }

    private interface Visitor {
        void visit(CommandClient client, int file);
    }

    private void forEachTransfer(Visitor visitor) throws IOException {
        for (int i = 0; i < transfers; i++) {
            visitor.visit(clients.get(i % clients.size()), i / clients.size());
        }
        work();
    }

    /** Drives all clients until each is connected and has nothing left to do. */
    void work() throws IOException {
        for (CommandClient client : clients) {
            client.send();
        }
        long deadline = System.nanoTime() + PATIENCE;
        while (!clients.stream().allMatch(CommandClient::isDone)) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the broker takes too long");
            }
            selector.select(1_000);
            for (SelectionKey key : selector.selectedKeys()) {
                serve(key);
            }
            selector.selectedKeys().clear();
        }
    }

    private static void serve(SelectionKey key) throws IOException {
        CommandClient client = (CommandClient) key.attachment();
        if (key.isWritable()) {
            client.writable();
        }
        if (key.isReadable()) {
            client.readable();
        }
    }

    /** What was said of commands that did not succeed, and how often. */
    Map<String, Integer> failures() {
        return failures;
    }

    @Override
    public void close() throws IOException {
        for (CommandClient client : clients) {
            client.close();
        }
        selector.close();
    }
}
