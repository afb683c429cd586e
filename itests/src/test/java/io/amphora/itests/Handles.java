// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a process holds, where the system tells it as Linux does. Immutable.
 *
 * @param files open, also jars, without the connections
 * @param sockets open, also those that listen
 */
public record Handles(long threads, long files, long sockets) {

    /** Of this process. */
    public static Handles now() throws IOException {
        return of(ProcessHandle.current().pid());
    }

    public static Handles of(long process) throws IOException {
        Path about = Path.of("/proc", Long.toString(process));
        List<String> open;
        try (Stream<Path> all = Files.list(about.resolve("fd"))) {
            open = all.map(Handles::target).filter(Objects::nonNull).toList();
        }
        long sockets =
                open.stream().filter(target -> target.startsWith("socket:")).count();
        try (Stream<Path> threads = Files.list(about.resolve("task"))) {
            return new Handles(threads.count(), open.size() - sockets, sockets);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (java.nio.file.NoSuchFileException e) {
            return null; // closed meanwhile
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether of nothing there is more than before, but for so many. */
    public boolean isAtMost(Handles before, int more) {
        return threads <= before.threads + more && files <= before.files + more && sockets <= before.sockets + more;
    }
}
