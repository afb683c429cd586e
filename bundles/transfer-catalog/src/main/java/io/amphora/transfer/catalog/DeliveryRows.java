// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.InvalidFileMetaException;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.Delivery;
import io.amphora.transfer.spi.ExportedFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Deliveries as rows of the two tables. Confined to the thread that has the connection. */
final class DeliveryRows {

    private static final List<String> COLUMNS = List.of(
            "id",
            "client_id",
            "file_id",
            "client_hash",
            "name",
            "meta",
            "size",
            "sha256",
            "delivered_at",
            "expire_at",
            "position");

    private final Connection connection;

    DeliveryRows(Connection connection) {
        this.connection = connection;
    }

    /** Writes deliveries of different transfers in as few round trips as the driver can. */
    void write(Collection<Delivery> deliveries, Dialect dialect) throws SQLException {
        writeDeliveries(deliveries, dialect);
        removeExports(deliveries);
        writeExports(deliveries);
    }

    private void writeDeliveries(Collection<Delivery> deliveries, Dialect dialect) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement(dialect.upsert("deliveries", COLUMNS))) {
            for (Delivery delivery : deliveries) {
                bind(upsert, delivery);
                upsert.addBatch();
            }
            upsert.executeBatch();
        }
    }

    private static void bind(PreparedStatement row, Delivery delivery) throws SQLException {
        TransferId id = delivery.id();
        FileMeta meta = delivery.meta();
        row.setBytes(1, id.key().bytes());
        row.setString(2, id.clientId());
        row.setString(3, id.fileId());
        row.setBytes(4, clientHash(id.clientId()));
        row.setBytes(5, utf8(meta.name().value()));
        row.setString(6, JsonText.storable(meta.toJson()));
        row.setLong(7, delivery.size());
        row.setBytes(8, delivery.sha256().bytes());
        row.setLong(9, delivery.deliveredAt().toEpochMilli());
        if (meta.expireAt().isPresent()) {
            row.setLong(10, meta.expireAt().getAsLong());
        } else {
            row.setNull(10, Types.BIGINT);
        }
        row.setBytes(11, position(delivery));
    }

    /** Those of an earlier delivery of the same transfer: the database moved them along to the new position. */
    private void removeExports(Collection<Delivery> deliveries) throws SQLException {
        try (PreparedStatement remove = connection.prepareStatement("DELETE FROM exports WHERE position = ?")) {
            for (Delivery delivery : deliveries) {
                remove.setBytes(1, position(delivery));
                remove.addBatch();
            }
            remove.executeBatch();
        }
    }

    private void writeExports(Collection<Delivery> deliveries) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO exports (position, ordinal, exporter, location, size, sha256) VALUES (?, ?, ?, ?, ?, ?)")) {
            for (Delivery delivery : deliveries) {
                byte[] position = position(delivery);
                int ordinal = 0;
                for (ExportedFile export : delivery.exports()) {
                    insert.setBytes(1, position);
                    insert.setInt(2, ordinal++);
                    insert.setString(3, export.exporter());
                    insert.setString(4, export.location().toString());
                    insert.setLong(5, export.size());
                    insert.setBytes(6, export.sha256().bytes());
                    insert.addBatch();
                }
            }
            insert.executeBatch();
        }
    }

    /**
     * Reads the deliveries that a query on the table {@code deliveries} selects, in its order.
     *
     * @param selection what stands behind {@code FROM deliveries}
     * @param order behind {@code ORDER BY}, which the selection has as well
     */
    List<Delivery> read(String selection, String order, List<Object> parameters) throws SQLException {
        String sql = "SELECT d.id, d.client_id, d.file_id, d.meta, d.size, d.sha256, d.delivered_at,"
                + " e.exporter, e.location, e.size, e.sha256"
                + " FROM (SELECT * FROM deliveries " + selection + ") d LEFT JOIN exports e ON e.position = d.position"
                + " ORDER BY " + order + ", e.ordinal";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            bind(query, parameters);
            try (ResultSet rows = query.executeQuery()) {
                return read(rows);
            }
        }
    }

    static void bind(PreparedStatement query, List<Object> parameters) throws SQLException {
        for (int i = 0; i < parameters.size(); i++) {
            query.setObject(i + 1, parameters.get(i));
        }
    }

    private static List<Delivery> read(ResultSet rows) throws SQLException {
        List<Delivery> deliveries = new ArrayList<>();
        boolean more = rows.next();
        while (more) {
            TransferId id = new TransferId(rows.getString(2), rows.getString(3));
            Sha256 key = Sha256.of(rows.getBytes(1));
            FileMeta meta = meta(rows.getString(4));
            long size = rows.getLong(5);
            Sha256 sha256 = Sha256.of(rows.getBytes(6));
            Instant deliveredAt = Instant.ofEpochMilli(rows.getLong(7));
            List<ExportedFile> exports = new ArrayList<>();
            do {
                addExport(id, rows, exports);
                more = rows.next();
            } while (more && key.equals(Sha256.of(rows.getBytes(1))));
            deliveries.add(new Delivery(id, meta, size, sha256, deliveredAt, exports));
        }
        return deliveries;
    }

    private static void addExport(TransferId id, ResultSet rows, List<ExportedFile> exports) throws SQLException {
        String exporter = rows.getString(8);
        if (exporter != null) {
            URI location = URI.create(rows.getString(9));
            exports.add(new ExportedFile(id, exporter, location, rows.getLong(10), Sha256.of(rows.getBytes(11))));
        }
    }

    private static byte[] position(Delivery delivery) {
        return Position.of(delivery.deliveredAt(), delivery.id().key()).bytes();
    }

    private static FileMeta meta(String json) throws SQLException {
        try {
            return FileMeta.parse(utf8(json));
        } catch (InvalidFileMetaException e) {
            throw new SQLDataException("a row holds metadata that cannot be read: " + e.getMessage(), e);
        }
    }

    static byte[] clientHash(String clientId) {
        return Sha256.digestOf(java.nio.ByteBuffer.wrap(utf8(clientId))).bytes();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
