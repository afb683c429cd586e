// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.AssumptionViolatedException;

/**
 * A disk that loses its power: ext4 in a file that lies on XFS, where a copy takes no time and holds what had reached the
 * file at one moment. What was only in memory of the file system is not in the copy. Confined to the test's thread.
 */
final class LostPowerDisk implements AutoCloseable {

    private final Path folder;
    private final Deque<Path> mounted = new ArrayDeque<>();
    private int cuts;

    /** Skips the test where no such disk can be made. */
    LostPowerDisk(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        try {
            Path images = folder.resolve("images.xfs");
            require("truncate", "-s", "6G", images.toString());
            require("mkfs.xfs", "-q", "-m", "reflink=1", images.toString());
            mount(images, images());
            require("truncate", "-s", "1G", image().toString());
            require("mkfs.ext4", "-q", "-F", image().toString());
            mount(image(), root(), "loop,commit=1");
        } catch (IOException | AssumptionViolatedException e) {
            close();
            throw e;
        }
    }

    /** Where the disk is mounted. */
    Path root() {
        return folder.resolve("disk");
    }

    /** Copies the disk as a loss of power would leave it now. */
    Path cut() throws IOException, InterruptedException {
        Path copy = images().resolve("cut" + cuts++);
        String refusal = run("cp", "--reflink=always", image().toString(), copy.toString());
        if (!refusal.isEmpty()) {
            throw new IOException(refusal);
        }
        return copy;
    }

    /** Mounts a copy, which replays its journal, and returns where. */
    Path start(Path copy) throws IOException, InterruptedException {
        Path root = folder.resolve("after");
        mount(copy, root, "loop");
        return root;
    }

    /** Removes a copy that was started. */
    void remove(Path copy) throws IOException, InterruptedException {
        unmount(folder.resolve("after"));
        Files.delete(copy);
    }

    @Override
    public void close() throws IOException {
        try {
            while (!mounted.isEmpty()) {
                unmount(mounted.peek());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private Path images() {
        return folder.resolve("images");
    }

    private Path image() {
        return images().resolve("disk.ext4");
    }

    private void mount(Path image, Path root) throws IOException, InterruptedException {
        mount(image, root, "loop");
    }

    private void mount(Path image, Path root, String options) throws IOException, InterruptedException {
        Files.createDirectories(root);
        require("mount", "-o", options, image.toString(), root.toString());
        mounted.push(root);
    }

    private void unmount(Path root) throws IOException, InterruptedException {
        mounted.remove(root);
        String refusal = run("umount", root.toString());
        if (!refusal.isEmpty()) {
            run("umount", "-l", root.toString());
            throw new IOException(refusal);
        }
    }

    private static void require(String... line) throws IOException, InterruptedException {
        String refusal = run(line);
        if (!refusal.isEmpty()) {
            throw new AssumptionViolatedException(
                    "left out: needs root, loop devices, mkfs.ext4 and mkfs.xfs (xfsprogs): " + refusal);
        }
    }

    /** Returns what the program complained of, nothing if it did what it should. */
    private static String run(String... line) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(line));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return e.toString();
        }
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? "" : printed.strip() + " (" + String.join(" ", line) + ")";
    }
}
