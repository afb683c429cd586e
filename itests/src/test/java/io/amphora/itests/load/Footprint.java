// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What a process on Linux holds at one moment.
 *
 * @param residentMib memory that is resident, in MiB
 * @param heapMib what is alive in the Java heap, after a full garbage collection, in MiB; NaN if it is not a Java process
 * @param openFiles descriptors of files, sockets and all else
 */
public record Footprint(double residentMib, double heapMib, long openFiles) {

    private static final Pattern USED = Pattern.compile(
            "(?:heap|generation)\\s+total \\d+K, used (\\d+)K|ZHeap\\s+used (\\d+)M|committed, (\\d+)M used");
    private static final double KIB_OF_MIB = 1_024;

    public static Footprint of(long pid) throws IOException, InterruptedException {
        Path proc = Path.of("/proc", Long.toString(pid));
        double heapKib = proc.resolve("exe").toRealPath().endsWith("java") ? liveKib(pid) : Double.NaN;
        try (Stream<Path> descriptors = Files.list(proc.resolve("fd"))) {
            return new Footprint(residentKib(proc) / KIB_OF_MIB, heapKib / KIB_OF_MIB, descriptors.count());
        }
    }

    private static double liveKib(long pid) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        return usedKib(jcmd(pid, "GC.heap_info"));
    }

    private static long kib(MatchResult match) {
        String mebibytes = match.group(2) == null ? match.group(3) : match.group(2);
        return match.group(1) != null ? Long.parseLong(match.group(1)) : Long.parseLong(mebibytes) * 1_024;
    }

    /** The whole heap of G1, ZGC or Shenandoah, or the sum of the serial collector's two generations. */
    private static long usedKib(String heapInfo) throws IOException {
        long[] used = USED.matcher(heapInfo).results().mapToLong(Footprint::kib).toArray();
        if (used.length == 0) {
            throw new IOException("no heap in what jcmd says: " + heapInfo);
        }
        return LongStream.of(used).sum();
    }

    private static double residentKib(Path proc) throws IOException {
        return Files.readAllLines(proc.resolve("status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                .sum();
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        return run(jcmd.toString(), Long.toString(pid), command);
    }

    /** MiB that a directory takes on the disk. */
    static double diskMib(Path directory) throws IOException, InterruptedException {
        return Double.parseDouble(run("du", "-sk", directory.toString()).replaceAll("(?s)\\s.*", "")) / KIB_OF_MIB;
    }

    private static String run(String... line) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", line) + ": " + printed);
        }
        return printed;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%.0f MiB resident, %.0f MiB of heap alive, %d open files",
                residentMib,
                heapMib,
                openFiles);
    }
}
