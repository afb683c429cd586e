// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Runs one scenario against a broker and prints the result as a line of JSON.
 *
 * <pre>
 * Load medium|large|small|device [--host HOST] [--port PORT] [--pid PID] [--verify DIR] [--repeat N]
 *      [--connections N] [--files N] [--file-size BYTES] [--segment-size BYTES] [--window N] [--mqtt 4|5]
 *      [--checksum none|init|fin] [--segment-checksums] [--pipelined] [--warm-memory DIR]
 * </pre>
 */
public final class Load {

    private Load() {}

    public static void main(String... args) throws IOException {
        Options options = Options.parse(args, 1);
        Scenario scenario = Scenario.standard(args[0]).with(options);
        String host = options.text("host").orElse("127.0.0.1");
        InetSocketAddress server = new InetSocketAddress(host, options.number("port", 1883));
        boolean perfect = true;
        for (int i = 0; i < options.number("repeat", 1); i++) {
            LoadRun run = new LoadRun(scenario, server, options.number("pid", 0L));
            if (options.text("warm-memory").isPresent()) {
                WarmMemory.provide(
                        scenario.totalBytes(),
                        Path.of(options.text("warm-memory").get()));
            }
            LoadResult result = run.run();
            System.out.println(result.toJson());
            perfect &= result.isComplete() && isDelivered(run, options.text("verify"));
        }
        System.exit(perfect ? 0 : 1);
    }

    private static boolean isDelivered(LoadRun run, Optional<String> exports) throws IOException {
        if (exports.isEmpty()) {
            return true;
        }
        Verification seen = Verification.of(Path.of(exports.get()), run.clientPrefix(), run.checksums());
        System.out.println(seen);
        return seen.isPerfect();
    }
}
