// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The process that {@code ./amphora run} starts: what it opens, what it writes, how it ends. */
public final class ProcessIT {

    @ClassRule
    public static final TemporaryFolder FOLDER = new TemporaryFolder();

    private static RunningAmphora amphora;

    @BeforeClass
    public static void start() throws Exception {
        amphora = RunningAmphora.start(FOLDER.newFolder("data of a broker").toPath());
    }

    @AfterClass
    public static void stop() throws Exception {
        amphora.close();
    }

    @Test
    public void everySocketListensOnLoopback() throws Exception {
        Path proc = Path.of("/proc", Long.toString(amphora.broker().pid()));
        assumeTrue("needs Linux", Files.isDirectory(proc));
        Set<String> inodes = socketInodes(proc);
        List<String> addresses = Stream.of("net/tcp", "net/tcp6")
                .flatMap(table -> lines(proc.resolve(table)))
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields[3].equals("0A") && inodes.contains(fields[9]))
                .map(fields -> fields[1].substring(0, fields[1].indexOf(':')))
                .toList();
        assertFalse(addresses.isEmpty());
        for (String address : addresses) {
            assertTrue(address, address.endsWith("0100007F") || address.equals("00000000000000000000000001000000"));
        }
    }

    @Test
    public void secretsAreTheOwnersOnly() throws Exception {
        for (String secret : List.of("etc/users.properties", "client/users.properties")) {
            assertEquals(
                    secret,
                    "rw-------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(amphora.data().resolve(secret))));
        }
    }

    @Test
    public void noPasswordStandsInEtc() throws Exception {
        String users = Files.readString(amphora.data().resolve("client/users.properties"));
        String password = users.replaceAll("(?s).*= (\\w+),.*", "$1");
        assertEquals(24, password.length());
        try (Stream<Path> files = Files.walk(amphora.data().resolve("etc"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertFalse(file.toString(), Files.readString(file).contains(password));
            }
        }
    }

    @Test
    public void theShellAnswersItsOwnUser() throws Exception {
        assertTrue(amphora.shell("bundle:list -s").contains("io.amphora.mqtt.broker"));
    }

    @Test
    public void startingSaysNothingButWhereThingsAre() throws Exception {
        assertFalse(amphora.output(), amphora.output().contains("ERROR"));
        assertFalse(amphora.output(), amphora.output().contains("Exception"));
    }

    @Test
    public void twoRunSideBySideAndEndCleanly() throws Exception {
        try (RunningAmphora second =
                RunningAmphora.start(FOLDER.newFolder("second").toPath())) {
            assertNotEquals(amphora.port(), second.port());
            assertEquals(0, second.stop());
            assertFalse(Files.exists(second.data().resolve("amphora.pid")));
        }
        new Socket(amphora.host(), amphora.port()).close();
    }

    @Test
    public void aKilledOneStartsAgainOnItsPort() throws Exception {
        try (RunningAmphora killed =
                RunningAmphora.start(FOLDER.newFolder("killed").toPath())) {
            int port = killed.port();
            killed.kill9();
            killed.restart();
            assertEquals(port, killed.port());
            new Socket(killed.host(), port).close();
        }
    }

    private static Set<String> socketInodes(Path proc) throws Exception {
        Set<String> inodes = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(proc.resolve("fd"))) {
            for (Path descriptor : descriptors.toList()) {
                String target = Files.readSymbolicLink(descriptor).toString();
                if (target.startsWith("socket:[")) {
                    inodes.add(target.substring(8, target.length() - 1));
                }
            }
        }
        return inodes;
    }

    private static Stream<String> lines(Path table) {
        try {
            return Files.readAllLines(table).stream().skip(1);
        } catch (java.io.IOException e) {
            return Stream.empty();
        }
    }
}
