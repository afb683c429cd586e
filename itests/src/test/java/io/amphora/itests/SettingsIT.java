// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.Test;

/** The settings files that ship say exactly what the components understand. */
public final class SettingsIT {

    /** {@code key = value} is set; {@code #key = value}, without a blank, shows a default. */
    private static final Pattern SETTING = Pattern.compile("(#?)([\\w.]+) *= ?(.*)");

    @Test
    public void everyComponentWithSettingsHasAFileAndEveryFileAComponent() throws Exception {
        Set<String> pids = files().keySet().stream().map(SettingsIT::pid).collect(Collectors.toSet());
        assertEquals(Metatypes.defaults().keySet(), pids);
    }

    @Test
    public void aFileHasEveryKeyAndNoOther() throws Exception {
        Map<String, Map<String, Setting>> files = files();
        Map<String, Map<String, String>> metatypes = Metatypes.defaults();
        files.forEach((name, file) -> {
            Map<String, String> metatype = metatypes.getOrDefault(pid(name), Map.of());
            assertEquals(name, new TreeMap<>(metatype).keySet(), new TreeMap<>(file).keySet());
        });
    }

    @Test
    public void aKeyThatIsCommentedOutShowsItsDefault() throws Exception {
        Map<String, Map<String, String>> metatypes = Metatypes.defaults();
        files().forEach((name, file) -> file.forEach((key, setting) -> {
            if (setting.commentedOut()) {
                assertEquals(
                        name + " " + key,
                        metatypes.getOrDefault(pid(name), Map.of()).get(key),
                        setting.value());
            }
        }));
    }

    @Test
    public void everyKeyIsExplained() throws Exception {
        files().forEach((name, file) ->
                file.forEach((key, setting) -> assertTrue(name + " " + key + " has no comment", setting.explained())));
    }

    private record Setting(boolean commentedOut, String value, boolean explained) {}

    /** The PID or factory PID that a file is for. */
    private static String pid(String file) {
        return file.replaceFirst("(-[^.]*)?\\.cfg$", "");
    }

    /** File, to key, to what it says. */
    private static Map<String, Map<String, Setting>> files() throws IOException {
        Map<String, Map<String, Setting>> files = new TreeMap<>();
        Path etc = Distribution.directory().resolve("etc");
        for (Path folder : List.of(etc, etc.resolve("examples"))) {
            try (DirectoryStream<Path> own = Files.newDirectoryStream(folder, "io.amphora.*.cfg")) {
                for (Path file : own) {
                    files.put(file.getFileName().toString(), read(file));
                }
            }
        }
        return files;
    }

    private static Map<String, Setting> read(Path file) throws IOException {
        Map<String, Setting> settings = new LinkedHashMap<>();
        String above = "";
        for (String line : Files.readAllLines(file)) {
            Matcher setting = SETTING.matcher(line);
            if (setting.matches()) {
                settings.put(
                        setting.group(2),
                        new Setting(!setting.group(1).isEmpty(), setting.group(3), above.startsWith("# ")));
            } else {
                above = line;
            }
        }
        return settings;
    }
}
