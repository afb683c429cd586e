// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.DeliveredFiles;
import io.amphora.itests.RunningAmphora;
import io.amphora.itests.SentFile;
import io.amphora.itests.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The broker that is started after a loss of power, by a machine that has booted. Confined to the test's thread. */
final class Survivor implements AutoCloseable {

    private final LostPowerDisk disk;
    private final Path cut;
    private final String label;
    private final RunningAmphora amphora;

    Survivor(LostPowerDisk disk, Path cut, String data, String seed) throws IOException, InterruptedException {
        this.disk = disk;
        this.cut = cut;
        this.label = cut.getFileName() + ", " + seed;
        Path root = disk.start(cut);
        try {
            amphora = RunningAmphora.start(
                    root.resolve(data),
                    Map.of(
                            "AMPHORA_BOOT_ID",
                            cut.getFileName().toString(),
                            "EXTRA_JAVA_OPTS",
                            "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"));
        } catch (IOException | InterruptedException | AssertionError e) {
            keepLog(root.resolve(data));
            end(root.resolve(data).resolve("amphora.pid"));
            disk.remove(cut);
            throw new AssertionError("not started: " + label, e);
        }
    }

    private static void keepLog(Path data) throws IOException {
        for (String name : List.of("console.txt", "log/amphora.log")) {
            if (Files.exists(data.resolve(name))) {
                System.out.println(Files.readString(data.resolve(name)));
            }
        }
    }

    /** The process that did not become a broker is still in its directory. */
    private static void end(Path pid) throws IOException {
        if (Files.exists(pid)) {
            ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(process -> {
                process.destroyForcibly();
                process.onExit().join();
            });
        }
    }

    Path data() {
        return amphora.data();
    }

    /** The shell lets its user in, everything runs, and no setting is empty. */
    void assertServes() throws Exception {
        String bundles = amphora.shell("bundle:list -s");
        assertTrue(label + ": " + bundles, bundles.contains("io.amphora.export.local"));
        assertTrue(label + ": " + bundles, !bundles.contains("Installed") && !bundles.contains("Waiting"));
        try (Stream<Path> files = Files.list(data().resolve("etc"))) {
            List<String> empty = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.size(file) == 0) {
                    empty.add(file.getFileName().toString());
                }
            }
            assertEquals(label, List.of(), empty);
        }
    }

    /** All that was acknowledged before is there. */
    void assertKeeps(PowerWork.Acknowledged before) throws Exception {
        String what = label + ", " + before;
        assertFiles(before);
        Set<Integer> messages = KeptMessages.receive(amphora.port(), before.messages());
        Set<Integer> missing = IntStream.range(0, before.messages())
                .filter(message -> !messages.contains(message))
                .boxed()
                .collect(Collectors.toSet());
        assertEquals(what, Set.of(), missing);
        if (before.feature()) {
            Waiting.until("the feature is installed: " + what, () -> amphora.shell("feature:list -i")
                    .contains("amphora-export-http"));
        }
        if (before.edits() > 0) {
            String root = Settings.read(data().resolve("etc/io.amphora.export.local-" + PowerWork.EXPORTER + ".cfg"))
                    .getProperty("root");
            int edit = Integer.parseInt(root.replaceFirst(".*edit", ""));
            assertTrue(what + ": edit " + edit, edit >= before.edits());
        }
    }

    private void assertFiles(PowerWork.Acknowledged before) throws Exception {
        DeliveredFiles exports = new DeliveredFiles(amphora.exports());
        for (int number = 0; number < before.files(); number++) {
            exports.assertHolds(PowerWork.file(number));
        }
        SentFile last = PowerWork.file(before.files());
        if (before.segments() > 0 && !Files.exists(exports.pathOf(last))) {
            Link link = Link.connect(amphora.port(), PowerWork.CLIENT);
            Answer status = link.call("$file/" + last.fileId() + "/status");
            link.disconnect();
            int end = before.segments() * PowerWork.SEGMENT;
            assertTrue(
                    label + ": " + before + ": " + status,
                    status.received().stream().anyMatch(range -> range[0] == 0 && range[1] >= end));
        }
    }

    @Override
    public void close() throws IOException {
        try {
            try {
                amphora.stop();
            } finally {
                disk.remove(cut);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
