// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.Test;

/** {@code docs/configuration.md} tells of every key of every file that ships, and of no other, with its default. */
public final class ConfigurationPageIT {

    private static final Pattern HEADING = Pattern.compile("## (\\S+)\\.cfg");
    private static final Pattern ROW =
            Pattern.compile("\\| `([^`]+)` \\|([^|]*)\\|([^|]*)\\| (?:-|`([^`]*)`) \\| (.+) \\|");
    private static final Pattern SETTING = Pattern.compile("#?([\\w.]+) *=.*");
    private static final Set<String> OTHERS = Set.of("org.ops4j.", "org.apache.");

    /** A row of a table. */
    private record Row(String key, String defaultValue, String effect) {}

    @Test
    public void ownSettingsStandInTheTablesWithTheirDefaults() throws Exception {
        Map<String, List<Row>> page = page();
        for (Map.Entry<String, Map<String, String>> component :
                Metatypes.defaults().entrySet()) {
            Map<String, String> documented = new TreeMap<>();
            for (Row row : page.getOrDefault(component.getKey(), List.of())) {
                documented.put(row.key(), row.defaultValue());
            }
            assertEquals(
                    "the table of " + component.getKey() + " in docs/configuration.md",
                    lines(component.getValue()),
                    lines(documented));
        }
    }

    @Test
    public void settingsOfOthersThatShipStandInTheTables() throws Exception {
        Map<String, List<Row>> page = page();
        for (Map.Entry<String, Set<String>> file : filesOfOthers().entrySet()) {
            List<Row> rows = page.getOrDefault(file.getKey(), List.of());
            Set<String> undocumented = new TreeSet<>(file.getValue());
            Set<String> unused = rows.stream().map(Row::key).collect(Collectors.toCollection(TreeSet::new));
            for (String key : file.getValue()) {
                if (unused.removeIf(pattern -> isMeant(pattern, key)) || isMeantByAny(rows, key)) {
                    undocumented.remove(key);
                }
            }
            assertEquals(file.getKey() + " lacks rows", Set.of(), undocumented);
            assertEquals(file.getKey() + " has rows too many", Set.of(), unused);
        }
    }

    @Test
    public void everySectionBelongsToAFileThatShips() throws Exception {
        Set<String> known = new TreeSet<>(Metatypes.defaults().keySet());
        known.addAll(filesOfOthers().keySet());
        assertEquals(known, new TreeSet<>(page().keySet()));
    }

    @Test
    public void everyEffectIsSaid() throws Exception {
        page().forEach((pid, rows) -> {
            assertTrue(pid + " has no table", !rows.isEmpty());
            rows.forEach(row -> assertTrue(pid + " " + row, row.effect().length() > 5));
        });
    }

    private static boolean isMeantByAny(List<Row> rows, String key) {
        return rows.stream().anyMatch(row -> isMeant(row.key(), key));
    }

    /** X stands for a word, * for the rest. */
    private static boolean isMeant(String pattern, String key) {
        String expression = Pattern.quote(pattern).replace("X", "\\E[^.]+\\Q").replace("*", "\\E.*\\Q");
        return key.matches(expression);
    }

    /** One setting a line, as a difference is read most easily. */
    private static String lines(Map<String, String> settings) {
        return new TreeMap<>(settings)
                .entrySet().stream()
                        .map(setting -> setting.getKey() + " = " + setting.getValue())
                        .collect(Collectors.joining("\n"));
    }

    /** PID or factory PID, to the rows of its table. */
    private static Map<String, List<Row>> page() throws IOException {
        Map<String, List<Row>> page = new LinkedHashMap<>();
        List<Row> section = new ArrayList<>();
        for (String line : Files.readAllLines(Distribution.home().resolve("docs/configuration.md"))) {
            Matcher heading = HEADING.matcher(line);
            Matcher row = ROW.matcher(line);
            if (heading.matches()) {
                section = new ArrayList<>();
                page.put(heading.group(1).replaceFirst("-NAME$", ""), section);
            } else if (row.matches()) {
                String defaultValue = row.group(4);
                section.add(new Row(row.group(1), defaultValue == null ? "" : defaultValue, row.group(5)));
            }
        }
        return page;
    }

    /** The files that ship for bundles of other projects, to their keys. */
    private static Map<String, Set<String>> filesOfOthers() throws IOException {
        Map<String, Set<String>> files = new TreeMap<>();
        try (var own = Files.newDirectoryStream(Distribution.home().resolve("etc"), "*.cfg")) {
            for (Path file : own) {
                String name = file.getFileName().toString().replaceFirst("\\.cfg$", "");
                if (OTHERS.stream().anyMatch(name::startsWith)) {
                    files.put(name, keys(file));
                }
            }
        }
        return files;
    }

    private static Set<String> keys(Path file) throws IOException {
        Set<String> keys = new TreeSet<>();
        for (String line : Files.readAllLines(file)) {
            Matcher setting = SETTING.matcher(line);
            if (setting.matches()) {
                keys.add(setting.group(1));
            }
        }
        return keys;
    }
}
