// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The most memory that this process had while it was looked at. Confined to one thread. */
final class PeakMemory {

    private long live;
    private long direct;
    private long resident;
    private int threads;

    /** Collects garbage first, so that what counts is in use. */
    void sample() throws IOException {
        System.gc();
        live = Math.max(
                live, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        direct = Math.max(
                direct,
                ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum());
        threads = Math.max(threads, ManagementFactory.getThreadMXBean().getThreadCount());
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                resident = Math.max(resident, Long.parseLong(line.replaceAll("\\D", "")));
            }
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "live heap %.1f MiB, direct buffers %.1f MiB, resident %d MiB, threads %d",
                live / 1048576.0,
                direct / 1048576.0,
                resident >> 10,
                threads);
    }
}
