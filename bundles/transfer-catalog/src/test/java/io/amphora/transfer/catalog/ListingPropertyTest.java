// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import static org.junit.Assert.assertEquals;

import com.pholser.junit.quickcheck.Property;
import com.pholser.junit.quickcheck.runner.JUnitQuickcheck;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.Delivery;
import io.amphora.transfer.spi.TransferCatalog.Query;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.runner.RunWith;

/** Pages of any size, of any query and however few rows a page may look at, after any additions and removals, are those of a naive model. */
@RunWith(JUnitQuickcheck.class)
public final class ListingPropertyTest {

    private static final List<String> CLIENTS = List.of("a", "b", "A", "a ", "é", "\uffff", "😀");
    private static final List<String> NAMES =
            List.of("a", "ab", "abc", "B", "b", "é", "e", "日本", "日本語", "\uffff", "\uffff1", "😀", "\ud83d\ude01");

    @Property(trials = 40)
    public void inMemory(long seed) throws Exception {
        JdbcConnectionPool pool = JdbcConnectionPool.create("jdbc:h2:mem:" + seed, "sa", "");
        try (Connection open = pool.getConnection()) {
            check(open.isValid(1) ? pool : null, new Random(seed));
        } finally {
            pool.dispose();
        }
    }

    @Property(trials = 20)
    public void onPostgres(long seed) throws Exception {
        check(PostgresServer.shared().emptyDatabase(), new Random(seed));
    }

    private static void check(DataSource source, Random random) throws Exception {
        SqlCatalog catalog = new SqlCatalog(source, 1 + random.nextInt(9));
        Map<TransferId, Delivery> model = new HashMap<>();
        for (int step = 0; step < 12; step++) {
            change(catalog, model, random);
            Query query = query(random);
            int limit = 1 + random.nextInt(9);
            assertEquals(query + " by " + limit, expected(model, query), Pages.all(catalog, query, limit));
            assertEquals(model.size(), catalog.count());
        }
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM deliveries");
        }
    }

    private static void change(SqlCatalog catalog, Map<TransferId, Delivery> model, Random random) throws IOException {
        List<Delivery> added = IntStream.range(0, random.nextInt(12))
                .mapToObj(i -> delivery(random))
                .toList();
        catalog.add(added);
        added.forEach(delivery -> model.put(delivery.id(), delivery));
        TransferId removed = id(random);
        catalog.remove(removed);
        model.remove(removed);
    }

    private static Delivery delivery(Random random) {
        String[] exporters = IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> "exporter-" + i)
                .toArray(String[]::new);
        return Deliveries.of(id(random), Deliveries.meta(pick(NAMES, random)), time(random), exporters);
    }

    private static TransferId id(Random random) {
        return new TransferId(pick(CLIENTS, random), "f" + random.nextInt(8));
    }

    /** Around 1970, where the sign turns, and often the same. */
    private static Instant time(Random random) {
        return Instant.ofEpochMilli(random.nextInt(12) - 6);
    }

    private static Query query(Random random) {
        return new Query(
                maybe(pick(CLIENTS, random), random),
                maybe(prefix(pick(NAMES, random), random), random),
                maybe(bound(random), random),
                maybe(bound(random), random));
    }

    private static String prefix(String name, Random random) {
        return name.substring(0, name.offsetByCodePoints(0, random.nextInt(name.codePointCount(0, name.length()) + 1)));
    }

    private static Instant bound(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> Instant.MIN;
            case 1 -> Instant.MAX;
            default -> time(random).plusNanos(random.nextInt(3) * 500_000L);
        };
    }

    private static <T> Optional<T> maybe(T value, Random random) {
        return random.nextInt(3) == 0 ? Optional.of(value) : Optional.empty();
    }

    private static <T> T pick(List<T> values, Random random) {
        return values.get(random.nextInt(values.size()));
    }

    private static List<Delivery> expected(Map<TransferId, Delivery> model, Query query) {
        return model.values().stream()
                .filter(d -> query.clientId().map(d.id().clientId()::equals).orElse(true))
                .filter(d -> query.namePrefix()
                        .map(d.meta().name().value()::startsWith)
                        .orElse(true))
                .filter(d -> !query.from().map(d.deliveredAt()::isBefore).orElse(false))
                .filter(d -> query.to().map(d.deliveredAt()::isBefore).orElse(true))
                .sorted(Comparator.comparing(Delivery::deliveredAt)
                        .thenComparing(d -> d.id().key().hex())
                        .reversed())
                .toList();
    }
}
