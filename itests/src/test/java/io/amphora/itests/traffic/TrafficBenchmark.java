// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import io.amphora.itests.load.Directories;
import io.amphora.itests.load.Machine;
import io.amphora.itests.load.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Measures ordinary messages with Amphora's real distribution and with other brokers, each in a process of its own, one
 * after the other, and prints tables for people, and each run's JSON on the standard error.
 *
 * <pre>
 * TrafficBenchmark [--repeat N] [--brokers NAME,...] [--scenarios NAME,...] [--upload-rates MB_A_SECOND,...] [--in DIR]
 *                  [the options of TrafficLoad, for all]
 * </pre>
 */
public final class TrafficBenchmark {

    private static final String BROKERS = "amphora,mosquitto,hivemq,moquette";

    /** What Amphora can do about a slow subscriber. */
    private static final List<String> POLICIES = List.of("BLOCK", "DROP", "DISCONNECT");

    /** Megabytes a second of the uploads beside messages; 0 is as fast as they can. */
    private static final String UPLOAD_RATES = "50,100,200,0";

    private final List<String> scenarios;
    private final List<Integer> uploadRates;
    private final String uploads;
    private final Path directory;
    private final Generator generator;
    private final Results results = new Results();

    private TrafficBenchmark(Options options, Path directory) {
        this.directory = directory;
        scenarios = options.text("scenarios")
                .map(names -> List.of(names.split(",")))
                .orElseGet(() -> Stream.concat(
                                Stream.of("idle", "slow", "uploads"),
                                Traffic.STANDARD.stream().map(Traffic::name))
                        .toList());
        uploadRates = Stream.of(
                        options.text("upload-rates").orElse(UPLOAD_RATES).split(","))
                .map(Integer::valueOf)
                .toList();
        uploads = options.text("uploads").orElse("3");
        generator = new Generator(Stream.of(
                        "clients",
                        "window",
                        "credit",
                        "rate",
                        "payload",
                        "warm",
                        "seconds",
                        "warm-up",
                        "uploads-warm-up",
                        "in",
                        "file-size")
                .flatMap(key -> options.text(key).stream().flatMap(value -> Stream.of("--" + key, value)))
                .toList());
    }

    public static void main(String... args) throws Exception {
        Options options = Options.parse(args, 0);
        Path in = Path.of(options.text("in").orElse(System.getProperty("java.io.tmpdir")));
        Path directory = Files.createTempDirectory(in, "amphora-traffic");
        System.out.println(Machine.describe(directory));
        List<Contender> contenders = contenders(options.text("brokers").orElse(BROKERS));
        TrafficBenchmark benchmark = new TrafficBenchmark(options, directory);
        for (int i = 0; i < options.number("repeat", 1); i++) {
            for (Contender contender : contenders) {
                benchmark.measure(contender);
            }
            if (benchmark.scenarios.contains("uploads") && contenders.contains(Contender.AMPHORA)) {
                benchmark.measureUploads(contenders);
            }
        }
        System.out.println(new TrafficTables(benchmark.results));
        Directories.delete(directory);
        System.exit(0);
    }

    private static List<Contender> contenders(String names) {
        List<Contender> found = new ArrayList<>();
        for (String name : List.of(names.split(","))) {
            Contender contender = Contender.of(name);
            contender
                    .missing()
                    .ifPresentOrElse(
                            why -> System.out.println("Left out: " + name + "; " + why), () -> found.add(contender));
        }
        return found;
    }

    /** Goes on with a new process after a scenario that the broker did not get through. */
    private void measure(Contender contender) throws IOException, InterruptedException {
        List<String> own = scenarios.stream()
                .filter(scenario -> !scenario.equals("slow") && !scenario.equals("uploads"))
                .toList();
        int next = 0;
        while (next < own.size()) {
            try (RunningBroker broker = start(contender, Map.of())) {
                boolean works = true;
                while (works && next < own.size()) {
                    works = measure(own.get(next++), broker, broker.title());
                }
            }
        }
        if (scenarios.contains("slow")) {
            for (String policy : contender == Contender.AMPHORA ? POLICIES : List.of("")) {
                measureSlow(contender, policy);
            }
        }
    }

    private void measureSlow(Contender contender, String policy) throws IOException, InterruptedException {
        Map<String, String> settings =
                policy.isEmpty() ? Map.of() : Map.of("slow_subscriber", policy, "sys_interval", "1");
        try (RunningBroker broker = start(contender, settings)) {
            String title = broker.title() + (policy.isEmpty() ? "" : ", " + policy);
            measure("slow", broker, title);
        }
    }

    /** With messages through Amphora, and with messages through others while Amphora has the uploads alone. */
    private void measureUploads(List<Contender> contenders) throws IOException, InterruptedException {
        try (RunningBroker amphora = start(Contender.AMPHORA, Map.of())) {
            for (Contender contender : contenders) {
                if (contender == Contender.AMPHORA) {
                    measureUploads(amphora, amphora);
                } else {
                    try (RunningBroker other = start(contender, Map.of())) {
                        measureUploads(amphora, other);
                    }
                }
            }
        }
    }

    private void measureUploads(RunningBroker amphora, RunningBroker messages)
            throws IOException, InterruptedException {
        for (int rate : uploadRates) {
            measure(
                    "uploads",
                    amphora,
                    messages.title() + ", " + (rate == 0 ? "no limit" : rate + " MB/s"),
                    "--upload-rate",
                    Integer.toString(rate),
                    "--full-memory",
                    "true",
                    "--uploads",
                    rate == 0 ? uploads : "1",
                    "--messages-port",
                    Integer.toString(messages.port()),
                    "--messages-pid",
                    Long.toString(messages.pid()));
        }
    }

    private boolean measure(String scenario, RunningBroker broker, String title, String... more)
            throws InterruptedException {
        try {
            results.add(scenario, title, generator.run(scenario, broker, more));
            return true;
        } catch (IOException e) {
            System.out.println("Left out: " + e.getMessage() + "the reason is on the standard error");
            return false;
        }
    }

    private RunningBroker start(Contender contender, Map<String, String> settings)
            throws IOException, InterruptedException {
        return contender.start(Files.createTempDirectory(directory, contender.name()), settings);
    }
}
