// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process has used, from {@code /proc}; nothing where there is none.
 *
 * @param userSeconds of all its threads in user mode
 * @param systemSeconds of all its threads in the kernel
 * @param peakMib most memory that was resident since {@link #resetPeak}, in MiB
 */
public record ProcessUsage(double userSeconds, double systemSeconds, double peakMib) {

    /** Ticks of a second, as Linux tells them to processes everywhere. */
    private static final double TICKS = 100;

    public static ProcessUsage of(long pid) throws IOException {
        Path proc = Path.of("/proc", Long.toString(pid));
        if (!Files.isDirectory(proc)) {
            return new ProcessUsage(0, 0, 0);
        }
        String stat = Files.readString(proc.resolve("stat"));
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        return new ProcessUsage(seconds(fields.get(11)), seconds(fields.get(12)), peakMib(proc));
    }

    private static double seconds(String ticks) {
        return Long.parseLong(ticks) / TICKS;
    }

    /** What was used since; of memory the most. */
    public ProcessUsage since(ProcessUsage before) {
        return new ProcessUsage(userSeconds - before.userSeconds, systemSeconds - before.systemSeconds, peakMib);
    }

    public double cpuSeconds() {
        return userSeconds + systemSeconds;
    }

    private static double peakMib(Path proc) throws IOException {
        return Files.readAllLines(proc.resolve("status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(0);
    }

    /** Begins anew to look for the most memory. */
    static void resetPeak(long pid) throws IOException {
        Path proc = Path.of("/proc", Long.toString(pid), "clear_refs");
        if (Files.isWritable(proc)) {
            Files.writeString(proc, "5");
        }
    }
}
