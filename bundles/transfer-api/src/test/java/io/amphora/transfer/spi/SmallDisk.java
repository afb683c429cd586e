// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.AssumptionViolatedException;
import org.junit.rules.ExternalResource;

/**
 * A file system of its own, so small that a test can fill it: a {@code tmpfs}, which only root may mount; the tests that
 * use it are left out, and say so, where that cannot be done. Confined to the test's thread.
 */
public final class SmallDisk extends ExternalResource {

    /** Bytes of a block: nothing smaller is given out. */
    public static final int BLOCK = 4_096;

    private static final int CHUNK = 64 * 1024;

    private final String options;
    private Path root;

    private SmallDisk(String options) {
        this.options = options;
    }

    /** A disk of so many MiB. */
    public static SmallDisk ofMebibytes(int size) {
        return new SmallDisk("size=" + size + "m");
    }

    /** A disk of so many MiB that holds so many files and folders at most. */
    public static SmallDisk ofMebibytesAndFiles(int size, int files) {
        return new SmallDisk("size=" + size + "m,nr_inodes=" + files);
    }

    @Override
    protected void before() throws IOException, InterruptedException {
        mount(Files.createTempDirectory("small-disk"));
    }

    @Override
    protected void after() {
        unmount();
        if (!root.toFile().delete()) {
            throw new IllegalStateException("still there: " + root);
        }
    }

    /** Mounts it on a folder, for those who cannot use it as a rule. */
    public void mount(Path folder) throws IOException, InterruptedException {
        String refusal = run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString());
        if (!refusal.isEmpty()) {
            throw new AssumptionViolatedException("left out: no small file system can be mounted here: " + refusal);
        }
        root = folder;
    }

    /** Takes it away with all that it holds. */
    public void unmount() {
        try {
            String refusal = run("umount", "-l", root.toString()); // a thread that is about to end may still be in it
            if (!refusal.isEmpty()) {
                throw new IllegalStateException(refusal);
            }
        } catch (IOException e) {
            throw new IllegalStateException("still mounted: " + root, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where it is mounted. */
    public Path root() {
        return root;
    }

    /** Fills it up, but for so many blocks. */
    public void fill(int blocksLeft) throws IOException {
        free();
        try (FileChannel file = FileChannel.open(ballast(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long size = writeUntilFull(file);
            file.truncate(Math.max(0, size / BLOCK - blocksLeft) * BLOCK);
        }
    }

    private static long writeUntilFull(FileChannel file) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(CHUNK);
        while (true) {
            try {
                file.write(zeros.clear());
            } catch (IOException e) {
                if (!String.valueOf(e.getMessage()).contains("No space left")) {
                    throw e;
                }
                return file.size();
            }
        }
    }

    /** Makes room again. */
    public void free() throws IOException {
        Files.deleteIfExists(ballast());
    }

    private Path ballast() {
        return root.resolve("ballast");
    }

    /** Returns what the program complained of, nothing if it did what it should. */
    private static String run(String... line) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(line).redirectErrorStream(true).start();
        } catch (IOException e) {
            return e.toString();
        }
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? "" : printed.strip() + " (" + String.join(" ", line) + ")";
    }
}
