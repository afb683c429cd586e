// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** A file of settings: lines of {@code key = value}. Immutable. */
final class Settings {

    private Settings() {}

    static void put(Path file, String key, String value) throws IOException {
        List<String> lines = new ArrayList<>(Files.exists(file) ? Files.readAllLines(file) : List.of());
        lines.removeIf(line -> line.matches("\\s*" + key.replace(".", "\\.") + "\\s*=.*"));
        lines.add(key + " = " + value);
        Files.write(file, lines);
    }

    static Properties read(Path file) throws IOException {
        Properties settings = new Properties();
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file)) {
                settings.load(reader);
            }
        }
        return settings;
    }
}
