// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import io.amphora.transfer.Sha256;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.Delivery;
import io.amphora.transfer.spi.TransferCatalog;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;

/** The catalog as two tables of a database. Thread-safe. */
final class SqlCatalog implements TransferCatalog {

    private static final int MAX_LIMIT = 1_000;

    /** Rows that a database looks at in some milliseconds. */
    private static final int QUICK = 5_000;

    private final Database database;
    private final int quick;

    SqlCatalog(DataSource source) {
        this(source, QUICK);
    }

    /** @param quick rows that one page may cost, beyond those that it shows */
    SqlCatalog(DataSource source, int quick) {
        database = new Database(source);
        this.quick = quick;
    }

    void open() throws IOException {
        open(Patience.NONE);
    }

    /** Makes or updates the tables now and not with the first use; uses wait until this returns. */
    void open(Patience patience) throws IOException {
        database.open(patience);
    }

    @Override
    public void add(Collection<Delivery> deliveries) throws IOException {
        // In one order always, so that two transactions cannot wait for each other; of two for one transfer the later.
        TreeMap<String, Delivery> ordered = new TreeMap<>();
        deliveries.forEach(delivery -> ordered.put(delivery.id().key().hex(), delivery));
        if (!ordered.isEmpty()) {
            database.write((connection, dialect) -> {
                new DeliveryRows(connection).write(ordered.values(), dialect);
                return null;
            });
        }
    }

    @Override
    public Optional<Delivery> find(TransferId id) throws IOException {
        List<Object> key = List.of(id.key().bytes());
        return database.read((connection, dialect) -> new DeliveryRows(connection)
                .read("WHERE id = ?", "d.id", key).stream().findAny());
    }

    @Override
    public void remove(TransferId id) throws IOException {
        Sha256 key = id.key();
        database.write((connection, dialect) -> {
            try (PreparedStatement remove = connection.prepareStatement("DELETE FROM deliveries WHERE id = ?")) {
                remove.setBytes(1, key.bytes());
                remove.executeUpdate();
            }
            return null;
        });
    }

    @Override
    public Page list(Query query, Optional<String> cursor, int limit) throws IOException {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_LIMIT + " deliveries, not " + limit);
        }
        Optional<Position> behind = cursor.map(Position::parse);
        return database.read((connection, dialect) -> new Listing(connection, query, quick).page(behind, limit));
    }

    @Override
    public List<Delivery> expired(Instant now, int limit) throws IOException {
        // The second of expire_at itself has not passed before its end.
        List<Object> latest = List.of(now.minusNanos(1).getEpochSecond());
        String selection = "WHERE expire_at <= ? ORDER BY expire_at, id LIMIT " + Math.max(0, limit);
        return database.read(
                (connection, dialect) -> new DeliveryRows(connection).read(selection, "d.expire_at, d.id", latest));
    }

    @Override
    public long count() throws IOException {
        return database.read((connection, dialect) -> {
            try (PreparedStatement count = connection.prepareStatement("SELECT COUNT(*) FROM deliveries");
                    ResultSet row = count.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }
}
