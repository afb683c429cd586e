// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.LongStream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The database of the distribution outlives that threads are interrupted while they write, as those of a stopped component are. */
public final class InterruptedCatalogTest {

    private static final int WRITERS = 100;
    private static final int WRITES = 50;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void interruptedWritersLeaveTheDatabaseOpen() throws Exception {
        String url = H2File.url(folder.getRoot().toPath());
        try (Connection connection = DriverManager.getConnection(url, "sa", "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE written (text VARCHAR)");
            for (int i = 0; i < WRITERS; i++) {
                CountDownLatch begun = new CountDownLatch(1 + i % 5);
                FutureTask<Void> writer = new FutureTask<>(() -> write(url, begun));
                Thread thread = new Thread(writer, "writer");
                thread.start();
                begun.await();
                thread.interrupt();
                writer.get();
            }
            try (ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM written")) {
                assertTrue(rows.next());
                assertEquals(WRITERS * WRITES, rows.getInt(1));
            }
        }
    }

    private static Void write(String url, CountDownLatch begun) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, "sa", "");
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < WRITES; i++) {
                statement.execute("INSERT INTO written VALUES (REPEAT('x', 3000))");
                statement.execute("CHECKPOINT SYNC");
                begun.countDown();
            }
            return null;
        } finally {
            LongStream.range(0, begun.getCount()).forEach(i -> begun.countDown()); // nobody waits for a failed one
        }
    }
}
