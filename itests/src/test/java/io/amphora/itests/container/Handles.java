// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What this process holds. Immutable.
 *
 * @param files open, also jars, without the connections
 * @param sockets open, also those that listen
 */
record Handles(int threads, long files, long sockets) {

    static Handles now() throws IOException {
        List<String> open;
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            open = all.map(Handles::target).filter(Objects::nonNull).toList();
        }
        long sockets =
                open.stream().filter(target -> target.startsWith("socket:")).count();
        return new Handles(ManagementFactory.getThreadMXBean().getThreadCount(), open.size() - sockets, sockets);
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
    boolean isAtMost(Handles before, int more) {
        return threads <= before.threads + more && files <= before.files + more && sockets <= before.sockets + more;
    }
}
