// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Names in a file, one in a line. Not thread-safe. */
final class ExporterNames {

    private final Optional<Path> file;
    private final SortedSet<String> names = new TreeSet<>();

    private ExporterNames(Optional<Path> file) {
        this.file = file;
    }

    /** Names that are kept nowhere. */
    static ExporterNames inMemory() {
        return new ExporterNames(Optional.empty());
    }

    /** What a file holds, if it is there. */
    static ExporterNames of(Path file) throws IOException {
        ExporterNames read = new ExporterNames(Optional.of(file));
        if (Files.exists(file)) {
            Files.readAllLines(file).forEach(line -> read.names.add(URLDecoder.decode(line, UTF_8)));
        }
        return read;
    }

    List<String> all() {
        return List.copyOf(names);
    }

    void add(String name) throws IOException {
        if (names.add(name)) {
            write();
        }
    }

    void removeAll(List<String> gone) throws IOException {
        if (names.removeAll(gone)) {
            write();
        }
    }

    private void write() throws IOException {
        if (file.isPresent()) {
            Path temporary = file.get().resolveSibling(file.get().getFileName() + ".new");
            Files.write(
                    temporary,
                    names.stream().map(name -> URLEncoder.encode(name, UTF_8)).toList());
            Files.move(temporary, file.get(), StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
