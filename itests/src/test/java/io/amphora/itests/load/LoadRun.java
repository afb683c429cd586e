// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Uploads the files of a scenario, all connections driven by the calling thread. Confined to that thread. */
public final class LoadRun {

    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(10);

    private final Scenario scenario;
    private final InetSocketAddress server;
    private final long pid;
    private final String clientPrefix;
    private final FileSet files;
    private final Tally tally = new Tally();
    private final List<Uploader> uploaders = new ArrayList<>();

    /**
     * Prepares the files of a run.
     *
     * @param pid the broker's process, 0 if it is not to be watched
     */
    public LoadRun(Scenario scenario, InetSocketAddress server, long pid) {
        this.scenario = scenario;
        this.server = server;
        this.pid = pid;
        long run = System.nanoTime();
        this.clientPrefix = "load" + Long.toString(run, Character.MAX_RADIX);
        this.files = new FileSet(scenario, run);
    }

    /** SHA-256 of every file, in hex. */
    List<String> checksums() {
        return files.checksums();
    }

    /** What the ids of the clients of this run, and of no other, begin with. */
    String clientPrefix() {
        return clientPrefix;
    }

    /** Bytes of all files. */
    public long totalBytes() {
        return scenario.totalBytes();
    }

    public LoadResult run() throws IOException {
        try (Selector selector = Selector.open()) {
            connect(selector);
            ProcessUsage.resetPeak(pid);
            ProcessUsage before = ProcessUsage.of(pid);
            double generatorBefore = generatorCpu();
            long start = System.nanoTime();
            upload(selector);
            double seconds = (System.nanoTime() - start) / 1e9;
            ProcessUsage after = ProcessUsage.of(pid);
            return new LoadResult(scenario, seconds, after.since(before), generatorCpu() - generatorBefore, tally);
        } finally {
            for (Uploader uploader : uploaders) {
                uploader.close();
            }
        }
    }

    private void connect(Selector selector) throws IOException {
        for (int i = 0; i < scenario.connections(); i++) {
            String clientId = clientPrefix + "-" + i;
            uploaders.add(new Uploader(server, selector, clientId, scenario, files, tally));
        }
        long deadline = System.nanoTime() + PATIENCE;
        while (!uploaders.stream().allMatch(Uploader::isReady)) {
            select(selector, deadline);
        }
    }

    private void upload(Selector selector) throws IOException {
        for (Uploader uploader : uploaders) {
            uploader.begin();
        }
        long deadline = System.nanoTime() + PATIENCE;
        while (tally.over() < scenario.files()) {
            select(selector, deadline);
            if (scenario.rate() > 0) {
                for (Uploader uploader : uploaders) {
                    uploader.proceed();
                }
            }
        }
    }

    private void select(Selector selector, long deadline) throws IOException {
        if (System.nanoTime() > deadline) {
            throw new IOException("the broker takes too long");
        }
        selector.select(scenario.rate() > 0 ? 1 : 1_000);
        for (SelectionKey key : selector.selectedKeys()) {
            Uploader uploader = (Uploader) key.attachment();
            if (key.isWritable()) {
                uploader.writable();
            }
            if (key.isReadable()) {
                uploader.readable();
            }
        }
        selector.selectedKeys().clear();
    }

    private static double generatorCpu() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(used -> used.toNanos() / 1e9)
                .orElse(0.0);
    }
}
