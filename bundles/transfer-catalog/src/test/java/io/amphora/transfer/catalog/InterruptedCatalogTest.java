// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import static org.junit.Assert.assertTrue;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The database of the distribution outlives that threads are interrupted while they write, as those of a stopped component are. */
public final class InterruptedCatalogTest {

    private static final int WRITERS = 100;
    private static final int MOST_WRITES = 50;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private String url;

    @Before
    public void locate() {
        url = H2File.url(folder.getRoot().toPath());
    }

    @Test
    public void interruptedWritersLeaveTheDatabaseOpen() throws Exception {
        try (Connection connection = DriverManager.getConnection(url, "sa", "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE written (text VARCHAR)");
            for (int i = 0; i < WRITERS; i++) {
                CountDownLatch begun = new CountDownLatch(1 + i % 5);
                Thread writer = new Thread(() -> write(begun), "writer");
                writer.start();
                begun.await();
                writer.interrupt();
                writer.join();
            }
            try (ResultSet rows = statement.executeQuery("SELECT text FROM written")) {
                assertTrue(rows.next());
            }
        }
    }

    /** Until it is interrupted or has failed; H2 may forget that it was interrupted. */
    private void write(CountDownLatch begun) {
        try (Connection connection = DriverManager.getConnection(url, "sa", "");
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < MOST_WRITES && !Thread.currentThread().isInterrupted(); i++) {
                statement.execute("INSERT INTO written VALUES (REPEAT('x', 3000))");
                statement.execute("CHECKPOINT SYNC");
                begun.countDown();
            }
        } catch (SQLException e) {
            // that of an interrupted statement; whether the database is still open is seen in the end
        } finally {
            while (begun.getCount() > 0) {
                begun.countDown();
            }
        }
    }
}
