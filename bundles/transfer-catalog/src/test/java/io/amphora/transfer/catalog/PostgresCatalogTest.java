// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import javax.sql.DataSource;

/** The contract on a PostgreSQL server that the test starts; left out, and said so, where none is installed. */
public final class PostgresCatalogTest extends CatalogContract {

    @Override
    DataSource emptyDatabase() throws Exception {
        return PostgresServer.shared().emptyDatabase();
    }
}
