// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import static io.amphora.transfer.catalog.Deliveries.NOON;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import io.amphora.transfer.spi.Delivery;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class H2FileCatalogTest extends CatalogContract {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private JdbcConnectionPool pool;

    @Override
    DataSource emptyDatabase() {
        pool = JdbcConnectionPool.create(H2File.url(folder.getRoot().toPath()), "sa", "");
        return pool;
    }

    @After
    public void close() {
        pool.dispose();
    }

    @Test
    public void whatWasAddedIsThereAfterACleanRestart() throws Exception {
        Delivery delivery = Deliveries.of("sensor", "1", NOON);
        new SqlCatalog(pool).add(List.of(delivery));
        pool.dispose();

        SqlCatalog again = new SqlCatalog(emptyDatabase());

        assertEquals(Optional.of(delivery), again.find(delivery.id()));
    }

    @Test
    public void aDatabaseThatIsDownAtFirstIsOpenedLater() throws IOException {
        AtomicBoolean down = new AtomicBoolean(true);
        SqlCatalog catalog = new SqlCatalog(new UnreachableDatabase() {
            @Override
            public Connection getConnection() throws SQLException {
                return down.get() ? super.getConnection() : pool.getConnection();
            }
        });
        assertThrows(IOException.class, catalog::open);
        assertThrows(IOException.class, catalog::count);

        down.set(false);

        assertEquals(0, catalog.count());
    }

    @Test
    public void aFailedAddChangesNothing() throws Exception {
        SqlCatalog catalog = new SqlCatalog(pool);
        Delivery before = Deliveries.of("sensor", "1", NOON);
        catalog.add(List.of(before));
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE exports ADD CONSTRAINT small CHECK (exporter <> 'refused')");
        }
        Delivery after = Deliveries.of(before.id(), Deliveries.meta("other"), NOON.plusMillis(1), "local", "refused");
        List<Delivery> batch = List.of(Deliveries.of("sensor", "2", NOON), after);

        assertThrows(IOException.class, () -> catalog.add(batch));

        assertEquals(List.of(before), Pages.all(catalog, io.amphora.transfer.spi.TransferCatalog.Query.ALL, 10));
    }

    @Test
    public void anInterruptedThreadDoesNoHarmToTheFile() throws Exception {
        SqlCatalog catalog = new SqlCatalog(pool);
        for (int i = 0; i < 20; i++) {
            Delivery delivery = Deliveries.of("sensor", "f" + i, NOON);
            Thread thread = new Thread(() -> {
                Thread.currentThread().interrupt();
                try {
                    catalog.add(List.of(delivery));
                } catch (IOException e) {
                    // The delivery may be refused; later ones may not.
                }
            });
            thread.start();
            thread.join();
        }
        Delivery last = Deliveries.of("sensor", "last", NOON);

        catalog.add(List.of(last));

        assertEquals(Optional.of(last), catalog.find(last.id()));
    }
}
