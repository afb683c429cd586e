// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.RunningAmphora;
import io.amphora.itests.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * The machine loses its power at random moments, and the broker is started on what the disk holds then. Every start
 * succeeds, with the settings of before or after, and nothing that was acknowledged is missing.
 */
public final class LostPowerIT {

    /** Losses of power, a third of them each during first starts, upgrades, and work. */
    private static final int CUTS = Integer.getInteger("amphora.power.cuts", 15);

    private static final long SEED = Long.getLong("amphora.seed", System.nanoTime());

    /** Files below a data directory when a first start is complete. */
    private static final int FILES = 560;

    private static final Map<String, String> FAST_START =
            Map.of("EXTRA_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final Random random = new Random(SEED);
    private LostPowerDisk disk;

    @Before
    public void mount() throws Exception {
        disk = new LostPowerDisk(folder.getRoot().toPath());
    }

    @After
    public void unmount() throws Exception {
        disk.close();
    }

    @Test
    public void duringTheFirstStart() throws Exception {
        for (int started = 0, done = 0; done < CUTS / 3; started++) {
            Path data = disk.root().resolve("data" + started);
            for (Path cut : cutsDuringAStart(data, Math.min(4, CUTS / 3 - done), 0)) {
                try (Survivor survivor = new Survivor(disk, cut, "data" + started, seed())) {
                    survivor.assertServes();
                }
                done++;
            }
        }
    }

    @Test
    public void duringAnUpgrade() throws Exception {
        Path data = disk.root().resolve("data");
        RunningAmphora.start(data, FAST_START).close();
        Path marked = Files.writeString(data.resolve("etc/io.amphora.mqtt.broker.cfg"), "client_id_length = 77\n");
        for (int done = 0; done < CUTS / 3; ) {
            Files.writeString(data.resolve("etc/.distribution"), "another\n");
            Files.writeString(data.resolve("karaf/cache.state"), "another\nsynced\n");
            require("sync", data.resolve("etc").toString());
            require("sync", marked.toString(), data.resolve("etc/.distribution").toString());
            for (Path cut : cutsDuringAStart(data, Math.min(4, CUTS / 3 - done), FILES / 3)) {
                try (Survivor survivor = new Survivor(disk, cut, "data", seed())) {
                    survivor.assertServes();
                    assertEquals(
                            "client_id_length = 77\n",
                            Files.readString(survivor.data().resolve("etc/io.amphora.mqtt.broker.cfg")));
                }
                done++;
            }
        }
    }

    /** One of them after the start. */
    private List<Path> cutsDuringAStart(Path data, int count, int least) throws Exception {
        List<Path> cuts = new ArrayList<>();
        CompletableFuture<RunningAmphora> start = CompletableFuture.supplyAsync(() -> started(data));
        for (int files : random.ints(count - 1, least, FILES).sorted().toArray()) {
            Waiting.until(files + " files are there", () -> count(data) >= files || start.isDone());
            cuts.add(disk.cut());
        }
        try (RunningAmphora amphora = start.get()) {
            cuts.add(disk.cut());
            assertTrue(amphora.isRunning());
        }
        return cuts;
    }

    @Test
    public void whileDevicesAndTheOperatorWork() throws Exception {
        Path data = disk.root().resolve("data");
        List<Path> cuts = new ArrayList<>();
        List<PowerWork.Acknowledged> acknowledged = new ArrayList<>();
        RunningAmphora.start(data, FAST_START).close();
        for (String file : List.of("io.amphora.transfer.cfg", "io.amphora.mqtt.store.cfg")) {
            Settings.put(data.resolve("etc").resolve(file), "durability", "fsync");
        }
        try (RunningAmphora amphora = RunningAmphora.start(data, FAST_START)) {
            KeptMessages.subscribe(amphora.port());
            try (PowerWork work = new PowerWork(amphora)) {
                int steps = 0;
                for (int i = 0; i < CUTS - 2 * (CUTS / 3); i++) {
                    steps += 1 + random.nextInt(40);
                    int next = steps;
                    Waiting.until("more is acknowledged: " + work.acknowledged(), () -> work.steps() >= next);
                    acknowledged.add(work.acknowledged());
                    cuts.add(disk.cut());
                }
            }
        }
        for (int i = 0; i < cuts.size(); i++) {
            try (Survivor survivor = new Survivor(disk, cuts.get(i), "data", seed())) {
                survivor.assertServes();
                survivor.assertKeeps(acknowledged.get(i));
            }
        }
    }

    private static RunningAmphora started(Path data) {
        try {
            return RunningAmphora.start(data, FAST_START);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this thread", e);
        }
    }

    private static long count(Path data) {
        try (Stream<Path> files = Files.walk(data)) {
            return files.count();
        } catch (IOException | UncheckedIOException e) {
            return 0; // they come and go meanwhile
        }
    }

    private static void require(String... line) throws Exception {
        assertEquals(0, new ProcessBuilder(line).inheritIO().start().waitFor());
    }

    private static String seed() {
        return "-Damphora.seed=" + SEED;
    }
}
