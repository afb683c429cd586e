// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The commands of the {@code amphora} script, in the plainest of locales. */
public final class ScriptIT {

    @ClassRule
    public static final TemporaryFolder FOLDER = new TemporaryFolder();

    /** What only the owner has. */
    private static final Set<PosixFilePermission> OWN = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private static RunningAmphora amphora;

    @BeforeClass
    public static void start() throws Exception {
        Path data = FOLDER.getRoot().toPath().resolve("data");
        openToAll(data);
        amphora = RunningAmphora.start(data, Map.of("LC_ALL", "C"));
    }

    @AfterClass
    public static void stop() throws Exception {
        amphora.close();
    }

    @Test
    public void aFileWhoseNameIsNotAsciiArrives() throws Exception {
        // By a shell, since this process may run in such a locale, too.
        Path folder = FOLDER.newFolder("to upload").toPath();
        run(folder, "printf 1234 >\"$(printf '\\303\\274ber.txt')\"");
        run(
                folder,
                "LC_ALL=C '" + Distribution.home().resolve("amphora") + "' upload --data '" + amphora.data()
                        + "' --client-id c --file-id f *.txt");
        String found = run(
                amphora.exports(),
                "find . -path '*/c/f/*.txt' | od -An -c | tr -d ' \\n' && find . -name '*.txt' -exec cat {} +");
        assertTrue(found, found.endsWith("/c/f/303274ber.txt\\n1234"));
    }

    @Test
    public void whatACommandReturnsIsPrinted() throws Exception {
        String components = amphora.shell("scr:list");
        assertTrue(components, components.contains("io.amphora.export.local.LocalExporter"));
        String lines = amphora.shell("version\nscr:list | grep LocalExporter");
        assertEquals(lines, 2, lines.strip().lines().count());
    }

    @Test
    public void helpIsPrinted() throws Exception {
        String help = amphora.shell("help");
        assertTrue(help, help.contains("amphora:clients") && help.contains("scr:list"));
    }

    @Test
    public void argumentsArriveAsTheyWereGiven() throws Exception {
        assertEquals(
                "it's a \"b\" for $5, | ; (z) `x` {} \n",
                amphora.script("shell", "echo", "it's a", "\"b\" for $5,", "| ; (z)", "`x` {}", ""));
        String one = amphora.script("shell", "config:list", "(service.pid=io.amphora.transfer)");
        assertTrue(one, one.contains("io.amphora.transfer"));
        assertEquals(one, one.indexOf("Pid:"), one.lastIndexOf("Pid:"));
    }

    @Test
    public void aCommandThatFailsHasAnExitCode() {
        for (String failing : List.of("no-such-command", "echo a\nbundle:stop 99999\necho b", "echo 'open")) {
            String printed = assertThrows(IOException.class, () -> amphora.shell(failing))
                    .getMessage();
            assertTrue(printed, printed.contains("rror") || printed.contains("not found"));
            assertTrue(printed, !printed.contains("b\n"));
        }
    }

    @Test
    public void filesAreTheOwnersOnly() throws Exception {
        byte[] bytes = "secret".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        Path file = Files.write(FOLDER.newFile("secret.txt").toPath(), bytes);
        amphora.script("upload", "--client-id", "d", "--file-id", "g", file.toString());
        amphora.shell("version");
        try (Stream<Path> files = Files.walk(amphora.exports())) {
            Path delivered = files.filter(path -> path.endsWith("d/g/secret.txt"))
                    .findAny()
                    .orElseThrow();
            assertArrayEquals(bytes, Files.readAllBytes(delivered));
        }
        String open = run(amphora.data(), "find . -mindepth 1 ! -type l ! -name console.txt -perm /077");
        assertEquals("", open);
    }

    @Test
    public void anOlderDataDirectoryWasClosed() throws Exception {
        Path old = amphora.data().resolve("exports/old/picture.jpg");
        assertTrue(OWN.containsAll(Files.getPosixFilePermissions(old)));
        assertTrue(OWN.containsAll(Files.getPosixFilePermissions(old.getParent())));
    }

    @Test
    public void theUmaskMayBeChosen() throws Exception {
        Path data = FOLDER.newFolder("for a group").toPath();
        try (RunningAmphora other = RunningAmphora.start(data, Map.of("AMPHORA_UMASK", "027"))) {
            assertEquals("rwxr-x---", PosixFilePermissions.toString(Files.getPosixFilePermissions(other.spool())));
            assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(other.log())));
        }
    }

    /** As an earlier version left it. */
    private static void openToAll(Path data) throws IOException {
        Path old = Files.createDirectories(data.resolve("exports/old")).resolve("picture.jpg");
        Files.createFile(old);
        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rw-r--r--"));
        for (Path folder : List.of(data.resolve("exports"), old.getParent())) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static String run(Path in, String command) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", command)
                .directory(in.toFile())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(printed, 0, process.waitFor());
        return printed;
    }
}
