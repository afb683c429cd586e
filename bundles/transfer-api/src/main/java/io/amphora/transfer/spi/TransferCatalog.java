// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import io.amphora.transfer.TransferId;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Remembers what was delivered: for the client that asks again after a restart, and for people. Thread-safe. Every method
 * may block, and throws {@link IOException} if the catalog cannot be reached; nothing has changed then.
 */
@ConsumerType
public interface TransferCatalog {

    /**
     * Adds deliveries, all or none; when it returns they survive the end of the process. A delivery of a transfer that is
     * there already takes its place.
     */
    void add(Collection<Delivery> deliveries) throws IOException;

    /** The delivery of a transfer. */
    Optional<Delivery> find(TransferId id) throws IOException;

    /** Forgets a delivery; one that is not there is no error. */
    void remove(TransferId id) throws IOException;

    /**
     * Deliveries from the latest to the earliest. A page takes milliseconds, whatever the query: where many have to be looked at
     * to find a few it may be shorter than {@code limit}, even empty, and still have a next one.
     *
     * @param cursor of the page before, empty for the first page
     * @param limit of deliveries in the page, 1 to 1,000
     * @throws IllegalArgumentException if {@code cursor} came from elsewhere or {@code limit} is out of range
     */
    Page list(Query query, Optional<String> cursor, int limit) throws IOException;

    /** Deliveries whose {@code expire_at} has passed, the longest expired first, at most {@code limit}. */
    List<Delivery> expired(Instant now, int limit) throws IOException;

    /** Number of deliveries. */
    long count() throws IOException;

    /**
     * Which deliveries are wanted; what is empty does not restrict.
     *
     * @param clientId exactly
     * @param namePrefix how the file's name begins
     * @param from earliest time of delivery, inclusive
     * @param to latest time of delivery, exclusive
     */
    record Query(Optional<String> clientId, Optional<String> namePrefix, Optional<Instant> from, Optional<Instant> to) {

        public static final Query ALL =
                new Query(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * One page of a listing.
     *
     * @param next cursor of the next page, empty if this is the last
     */
    record Page(List<Delivery> deliveries, Optional<String> next) {

        public Page {
            deliveries = List.copyOf(deliveries);
        }
    }
}
