// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import io.amphora.transfer.spi.Delivery;
import io.amphora.transfer.spi.TransferCatalog.Query;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a part of a listing. Confined to the thread that has the connection. */
final class Listing {

    private final Connection connection;
    private final List<String> conditions = new ArrayList<>();
    private final List<Object> parameters = new ArrayList<>();

    Listing(Connection connection, Query query) throws SQLException {
        this.connection = connection;
        query.clientId().ifPresent(client -> add("client_hash = ?", DeliveryRows.clientHash(client)));
        query.from().ifPresent(from -> add("position >= ?", Position.boundary(from)));
        query.to().ifPresent(to -> add("position < ?", Position.boundary(to)));
        if (query.namePrefix().isPresent() && !query.namePrefix().get().isEmpty()) {
            addPrefix(new NamePrefix(query.namePrefix().get()), query.clientId().isPresent());
        }
    }

    /**
     * Where many match, and where the client restricts already, rows are taken in their order until the page is full; the
     * first form would let a database sort them all instead.
     */
    private void addPrefix(NamePrefix prefix, boolean ofOneClient) throws SQLException {
        if (!ofOneClient && prefix.isRare(connection)) {
            add("name >= ?", prefix.first());
            add("name < ?", prefix.behind());
        } else {
            add("SUBSTRING(name FROM 1 FOR " + prefix.first().length + ") = ?", prefix.first());
        }
    }

    private void add(String condition, Object parameter) {
        conditions.add(condition);
        parameters.add(parameter);
    }

    /** At most {@code limit} deliveries from the latest on, or from those behind a position. */
    List<Delivery> read(Optional<Position> behind, int limit) throws SQLException {
        behind.ifPresent(position -> add("position < ?", position.bytes()));
        String where = conditions.isEmpty() ? "" : "WHERE " + String.join(" AND ", conditions) + " ";
        return new DeliveryRows(connection)
                .read(where + "ORDER BY position DESC LIMIT " + limit, "d.position DESC", parameters);
    }
}
