// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import io.amphora.transfer.spi.Delivery;
import io.amphora.transfer.spi.TransferCatalog;
import io.amphora.transfer.spi.TransferCatalog.Page;
import io.amphora.transfer.spi.TransferCatalog.Query;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns over the pages of a listing. Thread-safe. */
final class Pages {

    private Pages() {}

    static List<Delivery> all(TransferCatalog catalog, Query query, int limit) throws IOException {
        List<Delivery> all = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            Page page = catalog.list(query, cursor, limit);
            boolean isShort = page.next().isPresent() && page.deliveries().size() < limit;
            if (page.deliveries().size() > limit
                    || (isShort && query.namePrefix().isEmpty())) {
                throw new AssertionError("a page of " + page.deliveries().size() + " instead of " + limit);
            }
            all.addAll(page.deliveries());
            cursor = page.next();
        } while (cursor.isPresent());
        return all;
    }
}
