// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * Other settings in a file of {@code etc}, until this is closed. They count within a second or so, not at once. Confined to
 * the test's thread.
 */
public final class ChangedSettings implements AutoCloseable {

    private final Path file;
    private final String before;

    private ChangedSettings(Path file, String before) {
        this.file = file;
        this.before = before;
    }

    public static ChangedSettings in(RunningAmphora amphora, String file, Map<String, String> settings)
            throws IOException {
        Path path = amphora.data().resolve("etc").resolve(file);
        ChangedSettings changed = new ChangedSettings(path, Files.readString(path));
        changed.write(changed.with(settings));
        return changed;
    }

    /** What is done while the settings are others. */
    @FunctionalInterface
    public interface Steps {
        void run() throws Exception;
    }

    /** Does something while the settings are others. */
    public static void during(RunningAmphora amphora, String file, Map<String, String> settings, Steps steps)
            throws Exception {
        ChangedSettings changed = in(amphora, file, settings);
        try {
            steps.run();
        } finally {
            changed.close();
        }
    }

    private String with(Map<String, String> settings) {
        StringBuilder text = new StringBuilder();
        before.lines()
                .filter(line -> settings.keySet().stream().noneMatch(key -> line.startsWith(key + " ")))
                .forEach(line -> text.append(line).append('\n'));
        settings.forEach(
                (key, value) -> text.append(key).append(" = ").append(value).append('\n'));
        return text.toString();
    }

    private void write(String text) throws IOException {
        Path temporary = Files.writeString(file.resolveSibling("settings.new"), text);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The settings are what they were. */
    @Override
    public void close() throws IOException {
        write(before);
    }
}
