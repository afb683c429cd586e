// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import io.amphora.itests.load.FullMemory;
import io.amphora.itests.load.LoadResult;
import io.amphora.itests.load.LoadRun;
import io.amphora.itests.load.Options;
import io.amphora.itests.load.Scenario;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Uploads large files alone, then while messages come on a schedule, which are measured as long. The messages may go
 * through another broker on the same machine, which tells what of their delay is the machine's. Confined to one thread.
 */
final class UploadsBesideTraffic {

    private final Options options;
    private final Scenario scenario;
    private final InetSocketAddress server;
    private final long pid;

    UploadsBesideTraffic(Options options, InetSocketAddress server, long pid) {
        this.options = options;
        this.scenario = Scenario.standard("large").with(options);
        this.server = server;
        this.pid = pid;
    }

    Figures run() throws Exception {
        if (!options.flag("full-memory", false)) {
            return measure();
        }
        String in = options.text("in").orElse(System.getProperty("java.io.tmpdir"));
        FullMemory memory = FullMemory.fill(Path.of(in));
        try {
            return measure();
        } finally {
            memory.close();
        }
    }

    private Figures measure() throws Exception {
        int files = options.number("uploads", 3);
        for (int i = options.number("uploads-warm-up", 1); i > 0; i--) {
            upload(prepare(1));
        }
        double alone = upload(prepare(files));
        List<LoadRun> beside = prepare(files);
        Traffic traffic = Traffic.standard("latency").with(options);
        int port = options.number("messages-port", server.getPort());
        return new TrafficRun(
                        traffic, new InetSocketAddress(server.getAddress(), port), options.number("messages-pid", pid))
                .run(() -> new Figures().put("upload_mb_s", upload(beside)))
                .put("upload_alone_mb_s", alone);
    }

    /** Makes the files' checksums, which costs the generator as much as uploading them. */
    private List<LoadRun> prepare(int files) throws IOException {
        List<LoadRun> runs = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            runs.add(new LoadRun(scenario, server, pid));
        }
        return runs;
    }

    /** Megabytes a second on average, of the time that is not spent between them. */
    private double upload(List<LoadRun> runs) throws IOException {
        double seconds = 0;
        for (LoadRun run : runs) {
            LoadResult result = run.run();
            if (!result.isComplete()) {
                throw new IOException("not uploaded: " + result);
            }
            seconds += result.seconds();
        }
        return runs.size() * scenario.totalBytes() / 1e6 / seconds;
    }
}
