// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A data directory is made whole, by whoever starts the broker and however often the first start was interrupted. */
public final class PreparedDataIT {

    private static final int INTERRUPTIONS = 4;

    /** Files below a data directory when a first start is complete, at least. */
    private static final int FILES = 500;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void whatAnInterruptedStartLeftIsMadeAnew() throws Exception {
        Path data = folder.newFolder("data").toPath();
        Files.createDirectories(data.resolve("etc.new/scripts"));
        Files.createDirectories(data.resolve("client"));
        try (RunningAmphora amphora = RunningAmphora.start(data)) {
            assertTrue(amphora.shell("bundle:list -s").contains("io.amphora.mqtt.broker"));
            assertFalse(Files.exists(data.resolve("etc.new")));
            assertFalse(Files.exists(data.resolve("etc/etc.new")));
        }
    }

    /** Script and broker end at once, each time when another number of files is there. */
    @Test
    public void howeverOftenTheFirstStartIsKilledALaterOneSucceeds() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Path> directories = new ArrayList<>();
        for (int i = 0; i < INTERRUPTIONS; i++) {
            Path data = folder.getRoot().toPath().resolve("data" + i);
            interrupt(data, random.nextInt(60));
            interrupt(data, random.nextInt(FILES));
            directories.add(data);
        }
        for (Path data : directories) {
            try (RunningAmphora amphora = RunningAmphora.start(data)) {
                String bundles = amphora.shell("bundle:list -s");
                assertTrue("seed " + seed + ": " + bundles, bundles.contains("io.amphora.export.local"));
                assertFalse("seed " + seed + ": " + bundles, bundles.contains("Installed"));
            }
        }
    }

    @Test
    public void settingsThatACrashEmptiedAreNamed() throws Exception {
        Path data = folder.newFolder("data").toPath();
        RunningAmphora.start(data).close();
        Path emptied = Files.write(data.resolve("etc/io.amphora.mqtt.broker.cfg"), new byte[0]);
        Path zeros = Files.write(data.resolve("etc/config.properties"), new byte[4096]);
        String refusal = assertThrows(IOException.class, () -> RunningAmphora.start(data))
                .getMessage();
        assertTrue(refusal, refusal.contains(emptied + ": is empty"));
        assertTrue(refusal, refusal.contains(zeros + ": is empty"));
    }

    private static void interrupt(Path data, int files) throws Exception {
        String amphora = Distribution.home().resolve("amphora").toString();
        ProcessBuilder builder =
                new ProcessBuilder(amphora, "run", "--data", data.toString(), "--port", "0", "--ssh-port", "0");
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("AMPHORA_NO_BUILD", "1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process script = builder.start();
        try {
            Waiting.until(files + " files are there", () -> count(data) >= files || !script.isAlive());
        } finally {
            List<ProcessHandle> all = Stream.concat(Stream.of(script.toHandle()), script.descendants())
                    .toList();
            all.forEach(ProcessHandle::destroyForcibly);
            for (ProcessHandle each : all) {
                each.onExit().get();
            }
        }
    }

    private static long count(Path data) {
        try (Stream<Path> files = Files.walk(data)) {
            return files.count();
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0; // they come and go meanwhile
        }
    }

    @Test
    public void anotherUserStartsFromATreeThatItOnlyReads() throws Exception {
        OtherUser nobody = OtherUser.get();
        Path tree = folder.newFolder("tree").toPath();
        copy(Distribution.home().resolve("amphora"), tree);
        copy(Distribution.directory(), Files.createDirectories(tree.resolve("karaf-distribution/target")));
        nobody.mayOnlyRead(tree);
        Path data = nobody.owns(folder.newFolder("data").toPath());
        List<String> call = nobody.call(tree.resolve("amphora"));
        try (RunningAmphora amphora = RunningAmphora.start(call, data, nobody.environment(data))) {
            assertTrue(amphora.shell("bundle:list -s").contains("io.amphora.mqtt.broker"));
            assertEquals(
                    "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("etc"))));
            assertEquals(0, amphora.stop());
            amphora.restart();
        }
    }

    @Test
    public void anotherUserStartsFromAnArchiveThatItOnlyReads() throws Exception {
        OtherUser nobody = OtherUser.get();
        Path archive = folder.newFolder("archive").toPath();
        run("tar", "xzf", System.getProperty("amphora.distribution"), "-C", archive.toString(), "--strip-components=1");
        nobody.mayOnlyRead(archive);
        Path base = nobody.owns(folder.newFolder("base").toPath());
        assertEquals(0, process(nobody, base, archive.resolve("bin/prepare")).waitFor());
        int port = FreePort.next();
        set(base, "io.amphora.mqtt.listener-tcp.cfg", "port *= *1883", "port = " + port);
        set(base, "io.amphora.mqtt.listener-ws.cfg", "port *= *8083", "port = " + FreePort.next());
        set(base, "org.apache.karaf.shell.cfg", "sshPort *= *8101", "sshPort = " + FreePort.next());
        Process karaf = process(nobody, base, archive.resolve("bin/karaf"), "server");
        try {
            Waiting.until("it listens", Duration.ofMinutes(2), () -> !karaf.isAlive() || accepts(port));
            assertTrue("it runs", karaf.isAlive());
            assertTrue(Files.exists(base.resolve("spool")));
        } finally {
            karaf.descendants().forEach(ProcessHandle::destroy);
            karaf.waitFor();
        }
        assertEquals(
                "synced", Files.readAllLines(base.resolve("data/cache.state")).get(1));
    }

    private static Process process(OtherUser user, Path base, Path command, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(user.call(command));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.redirectOutput(base.resolve("console.txt").toFile());
        builder.environment().putAll(user.environment(base));
        builder.environment().put("KARAF_BASE", base.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.start();
    }

    private static void set(Path base, String file, String from, String to) throws IOException {
        Path settings = base.resolve("etc").resolve(file);
        String before = Files.readString(settings);
        String after = before.replaceFirst(from, to);
        assertFalse(file + " has the default", before.equals(after));
        Files.writeString(settings, after);
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static void copy(Path from, Path into) throws Exception {
        run("cp", "-a", from.toString(), into.toString());
    }

    private static void run(String... command) throws Exception {
        assertEquals(
                List.of(command).toString(),
                0,
                new ProcessBuilder(command).inheritIO().start().waitFor());
    }
}
