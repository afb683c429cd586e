// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.After;

public final class H2MemoryCatalogTest extends CatalogContract {

    private JdbcConnectionPool pool;

    @Override
    DataSource emptyDatabase() {
        // The database goes with its last connection.
        pool = JdbcConnectionPool.create("jdbc:h2:mem:" + System.nanoTime() + ";DB_CLOSE_DELAY=0", "sa", "");
        return pool;
    }

    @After
    public void close() {
        pool.dispose();
    }
}
