// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Files of settings as people write them: in UTF-8, with blanks, units and mistakes. */
public final class SettingsFilesIT {

    @ClassRule
    public static final TemporaryFolder FOLDER = new TemporaryFolder();

    private static RunningAmphora amphora;

    @BeforeClass
    public static void start() throws Exception {
        amphora = RunningAmphora.start(FOLDER.getRoot().toPath().resolve("data"));
    }

    @AfterClass
    public static void stop() throws Exception {
        amphora.close();
    }

    @Test
    public void lettersMarksBlanksAndUnitsAreTakenAsTheyAreMeant() throws Exception {
        Path root = FOLDER.getRoot().toPath().resolve("über");
        write(
                "umlaut",
                "\uFEFF# written by an editor that begins with a mark\r\nroot = " + root
                        + " \t\r\nselector = (client_id=jürgen)  \r\nmin_free_space = 1 MiB \r\n");
        awaitLog("Started the exporter umlaut: files arrive in " + root);
        Path file = Files.writeString(FOLDER.newFile("a.txt").toPath(), "1234");
        amphora.script("upload", "--client-id", "jürgen", "--file-id", "f", file.toString());
        Waiting.until("the file is there", () -> {
            try (Stream<Path> files = Files.walk(root)) {
                return files.anyMatch(path -> path.endsWith("jürgen/f/a.txt"));
            }
        });
    }

    @Test
    public void aMarkBeforeTheFirstKeyIsNoPartOfIt() throws Exception {
        Path root = FOLDER.getRoot().toPath().resolve("marked");
        write("marked", "\uFEFFroot = " + root + "\nselector = (client_id=nobody)\n");
        awaitLog("Started the exporter marked: files arrive in " + root);
    }

    @Test
    public void anUnknownKeyIsToldWithTheNearestKnownOne() throws Exception {
        Path root = FOLDER.getRoot().toPath().resolve("unknown");
        write("unknown", "root = " + root + "\nselector = (client_id=nobody)\nmin_fre_space = 1\n");
        awaitLog("io.amphora.export.local-unknown.cfg: the key min_fre_space is unknown and has no effect;"
                + " did you mean min_free_space?");
    }

    @Test
    public void aNumberThatIsNoneIsToldWithFileAndKey() throws Exception {
        write("wrong", "root = " + FOLDER.getRoot() + "/wrong\nmin_free_space = 1GX\n");
        awaitLog(
                "io.amphora.export.local-wrong.cfg: min_free_space = 1GX is not a size; write 1000000000, 1GB or 1GiB");
    }

    /** As a whole, since File Install may read a file that is being written. */
    private static void write(String name, String settings) throws Exception {
        Path etc = amphora.data().resolve("etc");
        Path written = Files.writeString(etc.resolve(name), settings, StandardCharsets.UTF_8);
        Files.move(written, etc.resolve("io.amphora.export.local-" + name + ".cfg"));
    }

    private static void awaitLog(String line) throws Exception {
        Waiting.until(
                "it is told: " + line, () -> Files.readString(amphora.log()).contains(line));
    }

    @Test
    public void theShellKeepsLetters() throws Exception {
        Path root = FOLDER.getRoot().toPath().resolve("größer");
        amphora.shell("config:edit --factory --alias shell io.amphora.export.local;"
                + "config:property-set exporter.name shell; config:property-set root '" + root
                + "'; config:property-set selector '(client_id=nobody)'; config:update");
        awaitLog("Started the exporter shell: files arrive in " + root);
        String listed = amphora.shell("config:list \"(exporter.name=shell)\"");
        assertTrue(listed, listed.contains(root.toString()));

        amphora.shell("config:edit '(exporter.name=shell)'; config:property-set required false; config:update");
        awaitLog("Changed the exporter shell: files arrive in " + root);
    }
}
