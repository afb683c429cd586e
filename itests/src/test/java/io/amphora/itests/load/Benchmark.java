// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import io.amphora.itests.RunningAmphora;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures the real distribution with the standard scenarios and prints a table for people, and each run's JSON on the
 * standard error. The broker runs in a process of its own, on a new data directory, which stays until the end: some file
 * systems make files slowly for a while after many were deleted.
 *
 * <pre>
 * Benchmark [--repeat N] [--warm-up N] [--in DIR] [--keep] [--cold-memory] [the options of Load, for all scenarios]
 * </pre>
 */
public final class Benchmark {

    private final Options options;
    private final Path data;

    private Benchmark(Options options, Path data) {
        this.options = options;
        this.data = data;
    }

    public static void main(String... args) throws Exception {
        Options options = Options.parse(args, 0);
        Path in = Path.of(options.text("in").orElse(System.getProperty("java.io.tmpdir")));
        Path data = Files.createTempDirectory(in, "amphora-benchmark");
        boolean perfect = new Benchmark(options, data).run();
        if (!options.flag("keep", false)) {
            Directories.delete(data);
        }
        System.exit(perfect ? 0 : 1);
    }

    private boolean run() throws Exception {
        System.out.println(Machine.describe(data));
        System.out.println(new MachineLimits(data).describe());
        long start = System.nanoTime();
        try (RunningAmphora amphora = RunningAmphora.start(data)) {
            double seconds = (System.nanoTime() - start) / 1e9;
            double mib = ProcessUsage.of(amphora.broker().pid()).peakMib();
            System.out.printf(Locale.ROOT, "Ready after %.1f s with %.0f MiB resident.%n%n", seconds, mib);
            for (int i = 0; i < options.number("warm-up", 4); i++) {
                runAll(amphora);
            }
            List<List<LoadResult>> rounds = new ArrayList<>();
            for (int i = 0; i < options.number("repeat", 3); i++) {
                rounds.add(runAll(amphora));
            }
            System.out.println(ResultTable.of(rounds));
            return rounds.stream().flatMap(List::stream).allMatch(LoadResult::isComplete);
        }
    }

    private List<LoadResult> runAll(RunningAmphora amphora) throws IOException {
        List<LoadResult> results = new ArrayList<>();
        for (Scenario standard : Scenario.STANDARD) {
            InetSocketAddress server = new InetSocketAddress(amphora.host(), amphora.port());
            LoadRun run =
                    new LoadRun(standard.with(options), server, amphora.broker().pid());
            if (!options.flag("cold-memory", false)) {
                WarmMemory.provide(run.totalBytes(), data);
            }
            LoadResult result = run.run();
            System.err.println(result.toJson());
            Verification seen = Verification.of(amphora.exports(), run.clientPrefix(), run.checksums());
            if (!seen.isPerfect()) {
                throw new IOException(standard.name() + ": " + seen);
            }
            results.add(result);
        }
        return results;
    }
}
