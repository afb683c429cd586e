// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;

/** Configurations that are changed in the shell, and their files. */
public final class ShellEditsIT {

    @ClassRule
    public static final OneAmphora AMPHORA = new OneAmphora();

    private static final int EDITS = 500;
    private static final Pattern PID = Pattern.compile("Pid: +(\\S+)");
    private static final Pattern ROOT = Pattern.compile("root = (\\S+)");

    private static RunningAmphora amphora;

    @BeforeClass
    public static void use() {
        amphora = AMPHORA.running();
    }

    @Test
    public void editsInQuickSuccessionKeepEverySetting() throws Exception {
        String pid = create("quick");
        String selector = settings("quick").getProperty("selector");
        amphora.shell(IntStream.rangeClosed(1, EDITS)
                .mapToObj(i ->
                        "config:edit " + pid + "\nconfig:property-set root " + root("quick" + i) + "\nconfig:update")
                .collect(Collectors.joining("\n")));

        Properties settings = settings("quick");
        assertEquals("quick", settings.getProperty("exporter.name"));
        assertEquals(selector, settings.getProperty("selector"));
        assertEquals(root("quick" + EDITS).toString(), settings.getProperty("root"));
        Matcher counts = ROOT.matcher(configuration("quick"));
        assertEquals(settings.getProperty("root"), counts.find() ? counts.group(1) : "none");
    }

    @Test
    public void aConfigurationThatIsDeletedTakesItsFileAlong() throws Exception {
        String pid = create("goes");
        amphora.shell("config:delete " + pid);
        Waiting.until("its file is gone", () -> !Files.exists(file("goes")));
        assertFalse(configuration("goes").contains("Pid"));
    }

    /** Makes an exporter that no file is for; returns its PID. */
    private static String create(String name) throws Exception {
        amphora.shell("config:edit --factory --alias " + name + " io.amphora.export.local"
                + "\nconfig:property-set exporter.name " + name
                + "\nconfig:property-set selector '(client_id=nobody)'"
                + "\nconfig:property-set root " + root(name)
                + "\nconfig:update");
        Matcher pid = PID.matcher(configuration(name));
        return pid.find() ? pid.group(1) : "none";
    }

    private static String configuration(String name) throws Exception {
        return amphora.shell("config:list \"(exporter.name=" + name + ")\"");
    }

    private static Path root(String name) {
        return amphora.data().resolve(name);
    }

    private static Path file(String name) {
        return amphora.data().resolve("etc/io.amphora.export.local-" + name + ".cfg");
    }

    private static Properties settings(String name) throws IOException {
        Properties settings = new Properties();
        try (Reader reader = Files.newBufferedReader(file(name))) {
            settings.load(reader);
        }
        return settings;
    }
}
