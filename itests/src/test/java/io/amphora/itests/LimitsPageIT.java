// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.Test;

/** Each row of {@code docs/limits.md} names settings that exist, and a test that exists. */
public final class LimitsPageIT {

    private static final Pattern NAME = Pattern.compile("`([^`]+)`");
    private static final int CELLS = 6;

    @Test
    public void everyRowNamesSettingsThatExist() throws Exception {
        Set<String> known = Metatypes.defaults().values().stream()
                .flatMap(component -> component.keySet().stream())
                .collect(Collectors.toSet());
        List<String> unknown = new ArrayList<>();
        for (List<String> row : rows()) {
            List<String> settings = names(row.get(3));
            if (settings.isEmpty() && !row.get(3).equals("fixed")) {
                unknown.add(row.get(0) + " has no setting");
            }
            settings.stream().filter(name -> !known.contains(name)).forEach(unknown::add);
        }
        assertEquals(List.of(), unknown);
    }

    @Test
    public void everyRowNamesATestThatExists() throws Exception {
        List<String> unknown = new ArrayList<>();
        for (List<String> row : rows()) {
            List<String> tests = names(row.get(4));
            if (tests.isEmpty()) {
                unknown.add(row.get(0) + " has no test");
            }
            for (String test : tests) {
                if (!exists(test)) {
                    unknown.add(test);
                }
            }
        }
        assertEquals(List.of(), unknown);
    }

    private static boolean exists(String test) throws IOException {
        String[] parts = test.split("#", 2);
        return exists("bundles", parts[0], parts[1]) || exists("itests/src", parts[0], parts[1]);
    }

    private static boolean exists(String folder, String type, String method) throws IOException {
        try (Stream<Path> files = Files.walk(Distribution.home().resolve(folder))) {
            for (Path file : files.filter(each -> each.endsWith(type + ".java")).toList()) {
                if (Files.readString(file).contains("void " + method + "(")) {
                    return true;
                }
            }
            return false;
        }
    }

    private static List<String> names(String cell) {
        List<String> names = new ArrayList<>();
        for (Matcher name = NAME.matcher(cell); name.find(); ) {
            names.add(name.group(1));
        }
        return names;
    }

    /** Cells of the rows: state, of one client, of all, setting, test, answer. */
    private static List<List<String>> rows() throws IOException {
        List<List<String>> rows = new ArrayList<>();
        for (String line : Files.readAllLines(Distribution.home().resolve("docs/limits.md"))) {
            List<String> cells =
                    Stream.of(line.split("\\|", -1)).map(String::strip).toList();
            if (cells.size() == CELLS + 2
                    && !cells.get(1).startsWith("---")
                    && !cells.get(1).equals("state")) {
                rows.add(cells.subList(1, CELLS + 1));
            }
        }
        assertTrue("rows of docs/limits.md", rows.size() > 20);
        return rows;
    }
}
