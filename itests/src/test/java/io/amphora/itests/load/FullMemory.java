// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps the machine's memory full of a file's pages, as it is after a while where files are written: what is written then
 * takes the place of older pages. Free memory is not the same on a virtual machine: the hypervisor takes it back, and gives
 * it again, and the processors stand still for many milliseconds meanwhile. Reads {@code /proc/meminfo}, so for Linux only.
 */
public final class FullMemory {

    private static final int MIB = 1 << 20;

    /** What is left to the kernel to have some at hand. */
    private static final long LEFT_BYTES = 512L * MIB;

    /** What others may need on the disk meanwhile. */
    private static final long SPARE_DISK_BYTES = 24L << 30;

    private final Path path;

    private FullMemory(Path path) {
        this.path = path;
    }

    /**
     * Writes the file, which takes a minute for some ten gigabytes.
     *
     * @throws IOException if the disk of the directory is too small for it, too
     */
    public static FullMemory fill(Path directory) throws IOException {
        if (Files.getFileStore(directory).getUsableSpace() < freeBytes() + SPARE_DISK_BYTES) {
            throw new IOException(directory + ": too little space to fill the memory with a cached file");
        }
        FullMemory memory = new FullMemory(Files.createTempFile(directory, "full-memory", null));
        try {
            memory.write();
        } catch (IOException e) {
            memory.close();
            throw e;
        }
        return memory;
    }

    private void write() throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(MIB);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            while (freeBytes() > LEFT_BYTES) {
                for (int i = 0; i < 64; i++) {
                    file.write(zeros.clear());
                }
            }
            file.force(false);
        }
    }

    private static long freeBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("MemFree:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1_024;
            }
        }
        throw new IOException("/proc/meminfo tells no MemFree");
    }

    /** Deletes the file. */
    public void close() throws IOException {
        Files.delete(path);
    }
}
