// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import io.amphora.transfer.spi.Delivery;
import io.amphora.transfer.spi.TransferCatalog.Page;
import io.amphora.transfer.spi.TransferCatalog.Query;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads one page of a listing. Confined to the thread that has the connection. */
final class Listing {

    private final Connection connection;
    private final Query query;
    private final int quick;
    private final List<String> conditions = new ArrayList<>();
    private final List<Object> parameters = new ArrayList<>();

    /** @param quick rows that may be looked at beyond those of the page */
    Listing(Connection connection, Query query, int quick) {
        this.connection = connection;
        this.query = query;
        this.quick = quick;
    }

    /** At most {@code limit} deliveries from the latest on, or from those behind a position. */
    Page page(Optional<Position> behind, int limit) throws SQLException {
        query.clientId().ifPresent(client -> add("client_hash = ?", DeliveryRows.clientHash(client)));
        query.from().ifPresent(from -> add("position >= ?", Position.boundary(from)));
        query.to().ifPresent(to -> add("position < ?", Position.boundary(to)));
        behind.ifPresent(position -> add("position < ?", position.bytes()));
        Optional<Position> lookedUpTo = Optional.empty();
        if (query.namePrefix().isPresent() && !query.namePrefix().get().isEmpty()) {
            lookedUpTo = addPrefix(new NamePrefix(query.namePrefix().get()));
        }
        // One more tells whether there is a page behind this one.
        List<Delivery> found = read(limit + 1);
        if (found.size() <= limit) {
            return new Page(found, lookedUpTo.map(Position::cursor));
        }
        Delivery last = found.get(limit - 1);
        return new Page(
                found.subList(0, limit),
                Optional.of(Position.of(last.deliveredAt(), last.id().key()).cursor()));
    }

    /**
     * Few names are looked up and sorted. Of more, or of one client's, rows are taken in the order of the listing, and no more than
     * are looked at quickly: a page may then be short.
     *
     * @return where the page ends at the latest, empty if with the listing
     */
    private Optional<Position> addPrefix(NamePrefix prefix) throws SQLException {
        if (query.clientId().isEmpty() && !prefix.isOfAtLeast(quick, connection)) {
            add("name >= ?", prefix.first());
            add("name < ?", prefix.behind());
            return Optional.empty();
        }
        Optional<Position> end = lastQuick();
        end.ifPresent(position -> add("position >= ?", position.bytes()));
        add("SUBSTRING(name FROM 1 FOR " + prefix.first().length + ") = ?", prefix.first());
        return end;
    }

    /** Position of the last row that is looked at. */
    private Optional<Position> lastQuick() throws SQLException {
        String sql =
                "SELECT position FROM deliveries " + where() + "ORDER BY position DESC LIMIT 1 OFFSET " + (quick - 1);
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            DeliveryRows.bind(select, parameters);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(Position.of(row.getBytes(1))) : Optional.empty();
            }
        }
    }

    private List<Delivery> read(int limit) throws SQLException {
        return new DeliveryRows(connection)
                .read(where() + "ORDER BY position DESC LIMIT " + limit, "d.position DESC", parameters);
    }

    private String where() {
        return conditions.isEmpty() ? "" : "WHERE " + String.join(" AND ", conditions) + " ";
    }

    private void add(String condition, Object parameter) {
        conditions.add(condition);
        parameters.add(parameter);
    }
}
