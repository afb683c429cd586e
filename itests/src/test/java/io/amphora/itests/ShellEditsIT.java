// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static java.util.stream.Collectors.joining;
import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;

/** Scripts that change exporters in the shell, after which Config Admin, the files and the exporters agree. */
public final class ShellEditsIT {

    @ClassRule
    public static final OneAmphora AMPHORA = new OneAmphora();

    private static final String PID = "io.amphora.export.local";
    private static final int EDITS = 500;
    private static final int MADE = 40;

    /** A line of {@code config:list}. */
    private static final Pattern LINE = Pattern.compile("(?m)^ *(Pid|exporter.name|selector|root)(?:: +| = )(.*)$");

    private static RunningAmphora amphora;
    private static int attempts;

    @BeforeClass
    public static void use() {
        amphora = AMPHORA.running();
    }

    @Test
    public void editsInQuickSuccessionKeepEverySetting() throws Exception {
        amphora.shell(make("quick", "begun"));
        String pid = configured("quick").get("quick").get("Pid");
        amphora.shell(IntStream.rangeClosed(1, EDITS)
                .mapToObj(i -> "config:edit " + pid + "\n" + set("root", root("quick", "edit" + i)) + "config:update")
                .collect(joining("\n")));
        assertAgree("quick", List.of("quick"), "edit" + EDITS);
    }

    @Test
    public void whatIsMadeAtOnceUnderTheNameOfWhatWasDeletedStays() throws Exception {
        List<String> names =
                IntStream.rangeClosed(1, MADE).mapToObj(i -> "made" + i).toList();
        amphora.shell(names.stream().map(name -> make(name, "before")).collect(joining("\n")));
        Map<String, Map<String, String>> made = configured("made*");
        amphora.shell(names.stream()
                .map(name -> "config:delete " + made.get(name).get("Pid") + "\n" + make(name, "after"))
                .collect(joining("\n")));
        assertAgree("made*", names, "after");
    }

    @Test
    public void whatIsDeletedTakesItsFileAlong() throws Exception {
        amphora.shell(make("goes", "begun"));
        amphora.shell("config:delete " + configured("goes").get("goes").get("Pid"));
        Waiting.until("its file is gone", () -> !Files.exists(file("goes")));
        assertEquals(Map.of(), configured("goes"));
    }

    private static String make(String name, String root) {
        return "config:edit --factory --alias " + name + " " + PID + "\n"
                + set("exporter.name", name)
                + set("selector", selector(name))
                + set("root", root(name, root))
                + "config:update";
    }

    private static String set(String key, Object value) {
        return "config:property-set " + key + " '" + value + "'\n";
    }

    /**
     * Exporters are as they were made, but for their roots, and each gets a file. File Install may have missed the deletion
     * of a file until after it was made again; then it deletes the new configuration, and makes it again from its file.
     */
    private static void assertAgree(String filter, List<String> names, String root) throws Exception {
        List<String> wrong = new ArrayList<>();
        Waiting.until("all agree: " + root, () -> {
            wrong.clear();
            wrong.addAll(disagreeing(filter, names, root));
            return wrong.isEmpty() || ++attempts > 20;
        });
        assertEquals(List.of(), wrong);
    }

    private static List<String> disagreeing(String filter, List<String> names, String root) throws Exception {
        Map<String, Map<String, String>> configured = configured(filter);
        SentFile sent = new SentFile(client(names.get(0)), "f" + attempts, "a.bin", 1_000, 1);
        Path local = Files.write(amphora.data().resolve(sent.name()), sent.bytes());
        amphora.script("upload", "--client-id", sent.clientId(), "--file-id", sent.fileId(), local.toString());
        List<String> wrong = new ArrayList<>();
        for (String name : names) {
            Map<String, String> expected = Map.of(
                    "exporter.name",
                    name,
                    "selector",
                    selector(name),
                    "root",
                    root(name, root).toString());
            Map<String, String> here = new TreeMap<>(configured.getOrDefault(name, Map.of()));
            here.remove("Pid");
            Map<String, String> written = written(name);
            boolean delivered = Files.exists(new DeliveredFiles(root(name, root)).pathOf(sent));
            if (!here.equals(expected) || !written.equals(expected) || !delivered) {
                wrong.add(name + ": configured " + here + ", written " + written + ", file delivered: " + delivered);
            }
        }
        return wrong;
    }

    /** What Config Admin has of exporters with such a name, by name; a second configuration of one is an error. */
    private static Map<String, Map<String, String>> configured(String filter) throws Exception {
        Map<String, Map<String, String>> all = new TreeMap<>();
        Map<String, String> one = Map.of();
        Matcher line = LINE.matcher(amphora.shell("config:list \"(exporter.name=" + filter + ")\""));
        List<Map<String, String>> found = new ArrayList<>();
        while (line.find()) {
            if (line.group(1).equals("Pid")) {
                one = new TreeMap<>();
                found.add(one);
            }
            one.put(line.group(1), line.group(2).strip());
        }
        for (Map<String, String> each : found) {
            assertEquals("twice", null, all.put(each.get("exporter.name"), each));
        }
        return all;
    }

    /** What an exporter's file says, of those settings. */
    private static Map<String, String> written(String name) throws IOException {
        Map<String, String> settings = new TreeMap<>();
        if (Files.exists(file(name))) {
            Properties file = new Properties();
            try (Reader reader = Files.newBufferedReader(file(name))) {
                file.load(reader);
            }
            for (String key : List.of("exporter.name", "selector", "root")) {
                settings.put(key, file.getProperty(key));
            }
        }
        return settings;
    }

    private static String client(String name) {
        return "for-" + name.replaceAll("\\d", "");
    }

    private static String selector(String name) {
        return "(client_id=" + client(name) + ")";
    }

    private static Path root(String name, String which) {
        return amphora.data().resolve(name).resolve(which);
    }

    private static Path file(String name) {
        return amphora.data().resolve("etc/" + PID + "-" + name + ".cfg");
    }
}
