// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A database that takes its time to start, as on a busy machine: the catalog waits for it and alarms nobody. */
public final class SlowDatabaseTest {

    private static final int REFUSED = 3;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch stillStarting = new CountDownLatch(REFUSED);
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final PrintStream console = System.err;
    private JdbcConnectionPool pool;

    @Before
    public void logHere() {
        pool = JdbcConnectionPool.create(H2File.url(folder.getRoot().toPath()), "sa", "");
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    @After
    public void logThere() {
        System.setErr(console);
        pool.dispose();
    }

    @Test
    public void usesWaitForADatabaseThatIsStillStarting() throws Exception {
        CatalogComponent catalog = new CatalogComponent(new SqlCatalog(new Slow()));
        asked.await();
        assertEquals(0, catalog.count());
        catalog.deactivate();
        String logged = log.toString(StandardCharsets.UTF_8);
        assertFalse(logged, logged.contains("WARN " + CatalogComponent.class.getName()));
        assertFalse(logged, logged.contains("Exception"));
    }

    @Test
    public void patienceEndsWithTheTime() {
        assertFalse(
                Patience.of(Duration.ZERO, Duration.ZERO, new CountDownLatch(1)).pause());
    }

    @Test
    public void patienceEndsWithTheComponent() {
        assertFalse(Patience.of(Duration.ofDays(1), Duration.ofDays(1), new CountDownLatch(0))
                .pause());
    }

    /** Refuses the first connections. Thread-safe. */
    private final class Slow extends UnreachableDatabase {

        @Override
        public Connection getConnection() throws SQLException {
            asked.countDown();
            if (stillStarting.getCount() == 0) {
                return pool.getConnection();
            }
            stillStarting.countDown();
            return super.getConnection();
        }
    }
}
