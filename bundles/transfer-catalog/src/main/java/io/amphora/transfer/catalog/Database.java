// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs work on a connection, after the schema was seen to once: with the first work that reaches the database, so that one
 * that is down at first is no reason to start anything anew. Thread-safe.
 */
final class Database {

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    /** Times that a transaction is tried when another one got in its way. */
    private static final int ATTEMPTS = 5;

    /** Work on a connection that belongs to it until it returns. */
    interface Work<T> {
        T run(Connection connection, Dialect dialect) throws SQLException;
    }

    private final DataSource source;
    private final AtomicReference<Opening> opening = new AtomicReference<>();

    Database(DataSource source) {
        this.source = source;
    }

    /**
     * Sees to the schema now, unless that was done. Tries again while the patience lasts, which is asked between attempts; work
     * that comes meanwhile waits for the outcome.
     */
    void open(Patience patience) throws IOException {
        dialect(patience);
    }

    /** Runs work that changes nothing. */
    <T> T read(Work<T> work) throws IOException {
        Dialect dialect = dialect();
        try (Connection connection = source.getConnection()) {
            return work.run(connection, dialect);
        } catch (SQLException e) {
            throw failure("read", e);
        }
    }

    /** Runs work in one transaction, again if another transaction got in its way; durable when this returns. */
    void write(Work<Void> work) throws IOException {
        Dialect dialect = dialect();
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = source.getConnection()) {
                transact(connection, dialect, work);
                return;
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || !lostAgainstAnother(e)) {
                    throw failure("changed", e);
                }
            }
        }
    }

    private static void transact(Connection connection, Dialect dialect, Work<Void> work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            work.run(connection, dialect);
            connection.commit();
            dialect.harden(connection);
        } catch (SQLException | RuntimeException e) {
            rollBack(connection, e);
            throw e;
        }
    }

    private static void rollBack(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /** Deadlocks, serialization failures, and a row that another transaction inserted at the same moment. */
    private static boolean lostAgainstAnother(SQLException e) {
        String state = String.valueOf(root(e).getSQLState());
        return state.startsWith("40") || state.equals("23505") || state.equals("90131");
    }

    private static IOException failure(String what, SQLException e) {
        return new IOException("the catalog could not be " + what + ": " + root(e).getMessage(), e);
    }

    /** What went wrong in a batch stands behind the exception that says that something did. */
    private static SQLException root(SQLException e) {
        return e instanceof BatchUpdateException && e.getNextException() != null ? e.getNextException() : e;
    }

    private Dialect dialect() throws IOException {
        return dialect(Patience.NONE);
    }

    private Dialect dialect(Patience patience) throws IOException {
        Opening mine = new Opening();
        Opening first = opening.compareAndExchange(null, mine);
        if (first != null) {
            return first.join();
        }
        try {
            return mine.complete(migrate(patience));
        } catch (IOException | RuntimeException e) {
            opening.set(null);
            mine.fail(e);
            throw e;
        }
    }

    private Dialect migrate(Patience patience) throws IOException {
        boolean told = false;
        while (true) {
            try {
                return migrate();
            } catch (IOException e) {
                if (!patience.pause()) {
                    throw e;
                }
                if (!told) {
                    LOG.info("The catalog is not open yet and is tried again: {}", e.getMessage());
                    told = true;
                }
            }
        }
    }

    private Dialect migrate() throws IOException {
        Dialect dialect;
        String product;
        try (Connection connection = source.getConnection()) {
            dialect = Dialect.of(connection);
            product = connection.getMetaData().getDatabaseProductVersion();
        } catch (SQLException e) {
            throw new IOException("the catalog's database cannot be reached: " + e.getMessage(), e);
        }
        String version = Schema.migrate(source);
        LOG.info("Opened the catalog in {} {}, version {} of its tables", dialect, product, version);
        return dialect;
    }
}
