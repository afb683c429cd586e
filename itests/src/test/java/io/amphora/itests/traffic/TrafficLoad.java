// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import io.amphora.itests.load.Options;
import java.net.InetSocketAddress;

/**
 * Runs one scenario against a broker and prints the result as a line of JSON.
 *
 * <pre>
 * TrafficLoad SCENARIO --port PORT --pid PID [--host HOST] [--clients N] [--window N] [--credit N] [--rate N]
 *             [--payload BYTES] [--warm SECONDS] [--seconds SECONDS] [--in DIR]
 *             [--uploads N] [--uploads-warm-up N] [--full-memory true] [--file-size BYTES]
 *             [--upload-rate MB_A_SECOND] [--messages-port PORT] [--messages-pid PID]
 * </pre>
 */
public final class TrafficLoad {

    private TrafficLoad() {}

    public static void main(String... args) throws Exception {
        Options options = Options.parse(args, 1);
        InetSocketAddress server =
                new InetSocketAddress(options.text("host").orElse("127.0.0.1"), options.number("port", 1883));
        System.out.println(
                run(args[0], options, server, options.number("pid", 0L)).toJson());
        System.exit(0);
    }

    static Figures run(String scenario, Options options, InetSocketAddress server, long pid) throws Exception {
        return switch (scenario) {
            case "idle" ->
                new IdleConnections(server, pid)
                        .run(
                                options.number("warm-up", 2_000),
                                options.number("some", 5_000),
                                options.number("many", 18_500));
            case "uploads" -> new UploadsBesideTraffic(options, server, pid).run();
            default -> new TrafficRun(Traffic.standard(scenario).with(options), server, pid).run();
        };
    }
}
