// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** What the figures depend on, and what the disk does by itself. */
public final class Machine {

    private static final int SMALL_FILES = 500;
    private static final int MIB = 1 << 20;

    private Machine() {}

    /**
     * Says in a sentence what it is.
     *
     * @param directory on the disk that is measured
     */
    public static String describe(Path directory) throws IOException {
        return String.format(
                Locale.ROOT,
                "%s %s, %d cores, load %.1f before; JDK %s; %s. This disk: a new file of 4 KiB written and synced in "
                        + "%.2f ms, 1 GiB written in %.0f ms and synced in %.0f ms.",
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                Runtime.version(),
                Files.getFileStore(directory).type(),
                millisOfSmallFile(directory),
                millisOfGibibyte(directory, false),
                millisOfGibibyte(directory, true));
    }

    private static double millisOfSmallFile(Path directory) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(4_096);
        long start = System.nanoTime();
        for (int i = 0; i < SMALL_FILES; i++) {
            try (FileChannel file = newFile(directory.resolve("small" + i))) {
                file.write(bytes.clear());
                file.force(true);
            }
        }
        double millis = (System.nanoTime() - start) / 1e6 / SMALL_FILES;
        for (int i = 0; i < SMALL_FILES; i++) {
            Files.delete(directory.resolve("small" + i));
        }
        return millis;
    }

    /** Either the time of writing or that of the sync behind it. */
    private static double millisOfGibibyte(Path directory, boolean sync) throws IOException {
        Path path = directory.resolve("large");
        try (FileChannel file = newFile(path)) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(MIB);
            long start = System.nanoTime();
            for (int i = 0; i < 1_024; i++) {
                file.write(bytes.clear());
            }
            long written = System.nanoTime();
            file.force(true);
            long synced = System.nanoTime();
            return (sync ? synced - written : written - start) / 1e6;
        } finally {
            Files.delete(path);
        }
    }

    private static FileChannel newFile(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
}
