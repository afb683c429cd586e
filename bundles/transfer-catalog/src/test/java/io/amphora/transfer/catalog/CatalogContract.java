// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import static io.amphora.transfer.catalog.Deliveries.NOON;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.Delivery;
import io.amphora.transfer.spi.TransferCatalog;
import io.amphora.transfer.spi.TransferCatalog.Page;
import io.amphora.transfer.spi.TransferCatalog.Query;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.Before;
import org.junit.Test;

/** What the catalog promises, on every database that it works with. */
public abstract class CatalogContract {

    private TransferCatalog catalog;

    /** An empty database. */
    abstract DataSource emptyDatabase() throws Exception;

    @Before
    public void openTheCatalog() throws Exception {
        catalog = new SqlCatalog(emptyDatabase());
    }

    @Test
    public void findsWhatWasAddedAsItWas() throws IOException {
        Delivery delivery = Deliveries.of("sensor-1", "log.txt", NOON);
        catalog.add(List.of(delivery, Deliveries.of("sensor-2", "log.txt", NOON)));

        assertEquals(Optional.of(delivery), catalog.find(delivery.id()));
        assertEquals(Optional.empty(), catalog.find(new TransferId("sensor-1", "log")));
        assertEquals(2, catalog.count());
    }

    @Test
    public void tablesWhoseMakingWasCutOffAreCompleted() throws Exception {
        DataSource source = emptyDatabase();
        for (String stopped : List.of(
                "DELETE FROM \"catalog_history\" WHERE \"version\" = '1'",
                "UPDATE \"catalog_history\" SET \"success\" = FALSE WHERE \"version\" = '1'")) {
            SqlCatalog first = new SqlCatalog(source);
            first.open();
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("DROP TABLE exports");
                statement.execute("DROP INDEX deliveries_by_expiry");
                statement.execute(stopped);
            }
            SqlCatalog again = new SqlCatalog(source);
            again.open();
            Delivery delivery = Deliveries.of("sensor-1", "log.txt", NOON);
            again.add(List.of(delivery));
            assertEquals(Optional.of(delivery), again.find(delivery.id()));
        }
    }

    @Test
    public void aLaterDeliveryOfATransferTakesItsPlace() throws IOException {
        TransferId id = new TransferId("sensor", "1");
        Delivery first = Deliveries.of(id, Deliveries.meta("a"), NOON, "local", "archive", "bucket");
        Delivery second = Deliveries.of(id, Deliveries.expiring(7), NOON.plusMillis(1), "other");

        catalog.add(List.of(first));
        catalog.add(List.of(second));

        assertEquals(Optional.of(second), catalog.find(id));
        assertEquals(List.of(second), all(Query.ALL, 10));
        assertEquals(1, catalog.count());
    }

    @Test
    public void ofTwoDeliveriesOfATransferInOneCallTheLaterCounts() throws IOException {
        TransferId id = new TransferId("sensor", "1");
        Delivery first = Deliveries.of(id, Deliveries.meta("a"), NOON, "local");
        Delivery second = Deliveries.of(id, Deliveries.meta("b"), NOON.plusMillis(1), "local");

        catalog.add(List.of(first, second));

        assertEquals(List.of(second), all(Query.ALL, 10));
    }

    @Test
    public void aDeliveryMayHaveNoExports() throws IOException {
        Delivery delivery = Deliveries.of(new TransferId("sensor", "1"), Deliveries.meta("a"), NOON);

        catalog.add(List.of(delivery));

        assertEquals(Optional.of(delivery), catalog.find(delivery.id()));
    }

    @Test
    public void addingNothingChangesNothing() throws IOException {
        catalog.add(List.of());

        assertEquals(0, catalog.count());
    }

    @Test
    public void forgetsWhatIsRemoved() throws IOException {
        Delivery delivery = Deliveries.of("sensor", "1", NOON);
        catalog.add(List.of(delivery));

        catalog.remove(delivery.id());
        catalog.remove(delivery.id());

        assertEquals(Optional.empty(), catalog.find(delivery.id()));
        assertEquals(List.of(), all(Query.ALL, 10));
        catalog.add(List.of(delivery));
        assertEquals(Optional.of(delivery), catalog.find(delivery.id()));
    }

    @Test
    public void idsAndNamesMayHoldAnyCharacter() throws IOException {
        List<String> odd = List.of(
                "'\"; DROP TABLE deliveries; --\\",
                "%_",
                "Gerät ",
                "\u202e\ufeff",
                "日本語",
                "😀",
                "\u0001\u007f",
                "\uffff");
        List<Delivery> deliveries = new ArrayList<>();
        for (String text : odd) {
            String name = text.replaceAll("[/\\\\:\\p{Cntrl}\"]", "x");
            deliveries.add(Deliveries.of(new TransferId(text, text), Deliveries.meta(name), NOON, text));
        }

        catalog.add(deliveries);

        for (Delivery delivery : deliveries) {
            assertEquals(Optional.of(delivery), catalog.find(delivery.id()));
            String client = delivery.id().clientId();
            String name = delivery.meta().name().value();
            assertEquals(List.of(delivery), all(query(client, name), 10));
        }
    }

    @Test
    public void idsMayBeAsLongAsMqttAllows() throws IOException {
        String longest = "é".repeat(32_767);
        Delivery one = Deliveries.of(new TransferId(longest, longest + "1"), Deliveries.meta("a"), NOON, "local");
        Delivery two = Deliveries.of(new TransferId(longest, longest + "2"), Deliveries.meta("a"), NOON, "local");
        Delivery three = Deliveries.of(new TransferId(longest + "x", longest), Deliveries.meta("a"), NOON, "local");

        catalog.add(List.of(one, two, three));

        assertEquals(Optional.of(one), catalog.find(one.id()));
        assertEquals(2, all(query(longest, ""), 10).size());
    }

    @Test
    public void userDataMayHoldAnyJson() throws IOException {
        FileMeta escapes = Deliveries.json("{\"name\":\"a\",\"user_data\":{\"nul\":\"\\u0000\",\"half\":\"\\ud800\","
                + "\"text\":\"\\ud83d\\ude00 ü \\\\u0000 \\\"\",\"number\":1.000e-400}}");
        FileMeta large = Deliveries.json("{\"name\":\"a\",\"user_data\":\"" + "x".repeat(65_000) + "\"}");
        Delivery one = Deliveries.of(new TransferId("sensor", "1"), escapes, NOON, "local");
        Delivery two = Deliveries.of(new TransferId("sensor", "2"), large, NOON, "local");

        catalog.add(List.of(one, two));

        assertEquals(Optional.of(one), catalog.find(one.id()));
        assertEquals(Optional.of(two), catalog.find(two.id()));
    }

    @Test
    public void listsFromTheLatestInPages() throws IOException {
        List<Delivery> deliveries = IntStream.range(0, 7)
                .mapToObj(i -> Deliveries.of("sensor", "f" + i, NOON.plusMillis(i / 2)))
                .toList();
        catalog.add(deliveries);

        Page first = catalog.list(Query.ALL, Optional.empty(), 7);

        assertEquals(Optional.empty(), first.next());
        assertEquals(NOON.plusMillis(3), first.deliveries().get(0).deliveredAt());
        assertEquals(NOON, first.deliveries().get(6).deliveredAt());
        for (int size = 1; size <= 8; size++) {
            assertEquals(first.deliveries(), all(Query.ALL, size));
        }
    }

    @Test
    public void deliveriesThatComeAndGoBetweenPagesDoNotShiftThem() throws IOException {
        for (int i = 0; i < 4; i++) {
            catalog.add(List.of(Deliveries.of("sensor", "f" + i, NOON.plusSeconds(i))));
        }
        Page first = catalog.list(Query.ALL, Optional.empty(), 2);

        catalog.add(List.of(Deliveries.of("sensor", "later", NOON.plusSeconds(9))));
        catalog.remove(first.deliveries().get(1).id());

        Page second = catalog.list(Query.ALL, first.next(), 2);
        assertEquals(
                List.of("f1", "f0"),
                second.deliveries().stream().map(d -> d.id().fileId()).toList());
    }

    @Test
    public void aCursorFromElsewhereOrAWrongLimitIsRefused() throws IOException {
        catalog.add(List.of(Deliveries.of("sensor", "1", NOON), Deliveries.of("sensor", "2", NOON)));
        String cursor = catalog.list(Query.ALL, Optional.empty(), 1).next().orElseThrow();
        String other = (cursor.startsWith("A") ? "B" : "A") + cursor.substring(1);

        for (String wrong : List.of("", "x", "!", "AAAA", cursor + "A", cursor.substring(1), other)) {
            assertThrows(wrong, IllegalArgumentException.class, () -> catalog.list(Query.ALL, Optional.of(wrong), 1));
        }
        for (int limit : new int[] {-1, 0, 1_001}) {
            assertThrows(IllegalArgumentException.class, () -> catalog.list(Query.ALL, Optional.empty(), limit));
        }
    }

    @Test
    public void theLongestExpiredComeFirst() throws IOException {
        for (long second : new long[] {30, 10, 20, 40, Long.MAX_VALUE}) {
            TransferId id = new TransferId("sensor", "f" + second);
            catalog.add(List.of(Deliveries.of(id, Deliveries.expiring(second), NOON, "local", "archive")));
        }
        catalog.add(List.of(Deliveries.of("sensor", "never", NOON)));

        assertEquals(List.of("f10", "f20"), expired("1970-01-01T00:00:30Z", 10));
        assertEquals(List.of("f10", "f20", "f30"), expired("1970-01-01T00:00:30.001Z", 10));
        assertEquals(List.of("f10"), expired("2026-01-01T00:00:00Z", 1));
        assertEquals(List.of("f10", "f20", "f30", "f40"), expired("2026-01-01T00:00:00Z", 10));
    }

    @Test
    public void manyMayAddTheSameAtOnce() throws Exception {
        List<Delivery> deliveries = IntStream.range(0, 50)
                .mapToObj(i -> Deliveries.of("sensor", "f" + i, NOON.plusMillis(i)))
                .toList();
        List<Delivery> reversed = new ArrayList<>(deliveries);
        java.util.Collections.reverse(reversed);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            List<Delivery> batch = i % 2 == 0 ? deliveries : reversed;
            tasks.add(() -> {
                catalog.add(batch);
                return null;
            });
        }
        for (Future<Void> task : threads.invokeAll(tasks)) {
            task.get();
        }
        threads.shutdown();

        assertEquals(50, catalog.count());
        assertEquals(50, all(Query.ALL, 7).stream().distinct().count());
    }

    @Test
    public void aFailureIsAnIOExceptionThatSaysWhy() throws Exception {
        SqlCatalog broken = new SqlCatalog(new UnreachableDatabase());

        IOException e = assertThrows(IOException.class, () -> broken.find(new TransferId("a", "b")));

        assertTrue(e.getMessage(), e.getMessage().contains("cannot be reached: connection refused"));
    }

    private List<String> expired(String now, int limit) throws IOException {
        return catalog.expired(java.time.Instant.parse(now), limit).stream()
                .map(delivery -> delivery.id().fileId())
                .toList();
    }

    private static Query query(String client, String prefix) {
        return new Query(Optional.of(client), Optional.of(prefix), Optional.empty(), Optional.empty());
    }

    private List<Delivery> all(Query query, int limit) throws IOException {
        return Pages.all(catalog, query, limit);
    }
}
