// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;

/** How the wanted names begin, in UTF-8. Immutable. */
final class NamePrefix {

    private final byte[] bytes;

    /** @param prefix not empty */
    NamePrefix(String prefix) {
        bytes = DeliveryRows.utf8(prefix);
    }

    /** Whether at least {@code few} names begin so; looks at no more. */
    boolean isOfAtLeast(int few, Connection connection) throws SQLException {
        try (PreparedStatement count = connection.prepareStatement(
                "SELECT COUNT(*) FROM (SELECT 1 FROM deliveries WHERE name >= ? AND name < ? LIMIT " + few + ") few")) {
            count.setBytes(1, first());
            count.setBytes(2, behind());
            try (ResultSet row = count.executeQuery()) {
                row.next();
                return row.getInt(1) >= few;
            }
        }
    }

    /** The first bytes that begin so. */
    byte[] first() {
        return bytes.clone();
    }

    /** The first bytes behind all that begin so; UTF-8 has no byte 0xFF, which could not be counted up. */
    byte[] behind() {
        byte[] next = Arrays.copyOf(bytes, bytes.length);
        next[next.length - 1]++;
        return next;
    }
}
