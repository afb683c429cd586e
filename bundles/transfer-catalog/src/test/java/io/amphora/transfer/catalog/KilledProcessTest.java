// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import static io.amphora.transfer.catalog.Deliveries.NOON;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.Delivery;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What was added is there although the process was killed the moment that add returned. */
public final class KilledProcessTest {

    private static final int ROUNDS = 6;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void whatWasAddedSurvivesAKill() throws Exception {
        Path root = folder.getRoot().toPath();
        for (int round = 0; round < ROUNDS; round++) {
            // With a different number of batches before the kill, which meets the next ones at whatever they are doing.
            int added = addAndBeKilled(root, round, 1 + round * 3);
            assertTrue(added >= 1 + round * 3);
            assertThere(root, round, added);
        }
    }

    private static int addAndBeKilled(Path root, int round, int batches) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Adder.class.getName(),
                        root.toString(),
                        Integer.toString(round))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int added = 0;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            while (added < batches && lines.readLine() != null) {
                added++;
            }
            // By its handle, which leaves what it has printed to be read.
            process.toHandle().destroyForcibly();
            process.waitFor();
            while (lines.readLine() != null) {
                added++;
            }
        }
        return added;
    }

    private static void assertThere(Path root, int round, int batches) throws IOException {
        JdbcConnectionPool pool = JdbcConnectionPool.create(H2File.url(root), "sa", "");
        SqlCatalog catalog = new SqlCatalog(pool);
        for (int batch = 0; batch < batches; batch++) {
            for (Delivery delivery : batch(round, batch)) {
                TransferId id = delivery.id();
                assertEquals(id.toString(), delivery, catalog.find(id).orElse(null));
            }
        }
        pool.dispose();
    }

    private static List<Delivery> batch(int round, int batch) {
        return IntStream.range(0, batch % 3 == 0 ? 1 : 20)
                .mapToObj(i -> Deliveries.of("sensor", round + "-" + batch + "-" + i, NOON))
                .toList();
    }

    /** Adds batches without end and prints a line as soon as one was added. */
    static final class Adder {

        private Adder() {}

        public static void main(String[] arguments) throws IOException {
            JdbcConnectionPool pool = JdbcConnectionPool.create(H2File.url(Path.of(arguments[0])), "sa", "");
            SqlCatalog catalog = new SqlCatalog(pool);
            int round = Integer.parseInt(arguments[1]);
            for (int batch = 0; ; batch++) {
                catalog.add(batch(round, batch));
                System.out.println("added");
            }
        }
    }
}
