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
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Test;

/** The settings files that ship say exactly what the components understand. */
public final class SettingsIT {

    /** {@code key = value} is set; {@code #key = value}, without a blank, shows a default. */
    private static final Pattern SETTING = Pattern.compile("(#?)([\\w.]+) *= ?(.*)");

    @Test
    public void everyComponentWithSettingsHasAFileAndEveryFileAComponent() throws Exception {
        assertEquals(Metatypes.defaults().keySet(), files().keySet());
    }

    @Test
    public void aFileHasEveryKeyAndNoOther() throws Exception {
        Map<String, Map<String, Setting>> files = files();
        for (Map.Entry<String, Map<String, String>> metatype :
                Metatypes.defaults().entrySet()) {
            Map<String, Setting> file = files.getOrDefault(metatype.getKey(), Map.of());
            assertEquals(metatype.getKey(), new TreeMap<>(metatype.getValue()).keySet(), new TreeMap<>(file).keySet());
        }
    }

    @Test
    public void aKeyThatIsCommentedOutShowsItsDefault() throws Exception {
        Map<String, Map<String, String>> metatypes = Metatypes.defaults();
        files().forEach((pid, file) -> file.forEach((key, setting) -> {
            if (setting.commentedOut()) {
                assertEquals(
                        pid + " " + key, metatypes.getOrDefault(pid, Map.of()).get(key), setting.value());
            }
        }));
    }

    @Test
    public void everyKeyIsExplained() throws Exception {
        files().forEach((pid, file) ->
                file.forEach((key, setting) -> assertTrue(pid + " " + key + " has no comment", setting.explained())));
    }

    private record Setting(boolean commentedOut, String value, boolean explained) {}

    /** PID or factory PID, to key, to what the file says. */
    private static Map<String, Map<String, Setting>> files() throws IOException {
        Map<String, Map<String, Setting>> files = new TreeMap<>();
        Path etc = Distribution.directory().resolve("etc");
        try (DirectoryStream<Path> own = Files.newDirectoryStream(etc, "io.amphora.*.cfg")) {
            for (Path file : own) {
                String name = file.getFileName().toString().replaceFirst("(-[^.]*)?\\.cfg$", "");
                files.put(name, read(file));
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
