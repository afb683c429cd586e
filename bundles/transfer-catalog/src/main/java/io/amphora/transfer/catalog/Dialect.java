// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What the databases say differently. Immutable. */
enum Dialect {
    H2("H2") {
        @Override
        String upsert(String table, List<String> columns) {
            return "MERGE INTO " + table + " (" + String.join(", ", columns) + ") KEY (" + columns.get(0) + ") VALUES ("
                    + parameters(columns) + ")";
        }

        /** H2 writes what was committed up to half a second later; this writes it now, and syncs it. */
        @Override
        void harden(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CHECKPOINT SYNC");
            }
        }
    },

    POSTGRESQL("PostgreSQL") {
        @Override
        String upsert(String table, List<String> columns) {
            String values = columns.stream()
                    .skip(1)
                    .map(column -> column + " = excluded." + column)
                    .collect(Collectors.joining(", "));
            return "INSERT INTO " + table + " (" + String.join(", ", columns) + ") VALUES (" + parameters(columns)
                    + ") ON CONFLICT (" + columns.get(0) + ") DO UPDATE SET " + values;
        }

        /** A commit is durable by itself. */
        @Override
        void harden(Connection connection) {}
    };

    private final String product;

    Dialect(String product) {
        this.product = product;
    }

    /** The dialect of the database that a connection leads to. */
    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return Arrays.stream(values())
                .filter(dialect -> dialect.product.equals(product))
                .findAny()
                .orElseThrow(() ->
                        new SQLFeatureNotSupportedException("the catalog needs H2 or PostgreSQL, not " + product));
    }

    /** A statement that inserts a row, or takes the place of the one whose first column is the same. */
    abstract String upsert(String table, List<String> columns);

    /** Makes what was committed survive the end of the process. */
    abstract void harden(Connection connection) throws SQLException;

    private static String parameters(List<String> columns) {
        return columns.stream().map(column -> "?").collect(Collectors.joining(", "));
    }
}
