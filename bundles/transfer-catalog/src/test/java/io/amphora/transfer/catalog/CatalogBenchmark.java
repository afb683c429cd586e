// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.Delivery;
import io.amphora.transfer.spi.TransferCatalog.Page;
import io.amphora.transfer.spi.TransferCatalog.Query;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/**
 * Prints what adding and listing cost in a catalog of many deliveries. Arguments: their number, {@code h2} or
 * {@code postgres}. Confined to the main thread.
 */
public final class CatalogBenchmark {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int BATCH = 1_000;

    private final SqlCatalog catalog;
    private final long rows;

    private CatalogBenchmark(DataSource source, long rows) {
        catalog = new SqlCatalog(source);
        this.rows = rows;
    }

    public static void main(String[] arguments) throws Exception {
        long rows = Long.parseLong(arguments[0]);
        if (arguments[1].equals("h2")) {
            Path folder = Files.createTempDirectory("catalog");
            JdbcConnectionPool pool = JdbcConnectionPool.create(H2File.url(folder), "sa", "");
            new CatalogBenchmark(pool, rows).run();
            Path file = folder.resolve("catalog.mv.db");
            System.out.printf("file %,d KiB", Files.size(file) / 1024);
            pool.dispose();
            System.out.printf(", closed %,d KiB%n", Files.size(file) / 1024);
            Files.delete(file);
        } else {
            new CatalogBenchmark(PostgresServer.shared().emptyDatabase(), rows).run();
        }
    }

    private void run() throws IOException {
        catalog.open();
        fill();
        for (int size : new int[] {1, 100, 1_000}) {
            time("add " + size, 20, i -> {
                catalog.add(batch(rows + i * size, size));
                return size;
            });
        }
        Query all = Query.ALL;
        time("find", 200, i -> catalog.find(id(i * 7_919 % rows)).isPresent() ? 1 : 0);
        time("list, first page", 50, i -> page(all, Optional.empty()));
        String middle = cursor(rows / 2);
        time("list, page in the middle", 50, i -> page(all, Optional.of(middle)));
        time("list, last page", 50, i -> page(all, Optional.of(cursor(60))));
        time("list, one client", 50, i -> page(query("device-" + i * 31 % 1_000, null), Optional.empty()));
        time("list, one client and name", 50, i -> page(query("device-7", "log-2"), Optional.empty()));
        time("list, prefix of every name", 20, i -> page(query(null, "log-"), Optional.empty()));
        time("list, prefix of a tenth", 20, i -> page(query(null, "log-3"), Optional.empty()));
        time("list, all of a prefix of a tenth", 1, i -> pages(query(null, "log-3")));
        time("list, prefix of a thousandth", 20, i -> page(query(null, "log-312"), Optional.empty()));
        time("list, prefix of one", 20, i -> page(query(null, "log-" + (rows - 1 - i)), Optional.empty()));
        time("list, prefix of none", 20, i -> page(query(null, "none"), Optional.empty()));
        Instant day = START.plusMillis(rows / 2);
        Query span = new Query(Optional.empty(), Optional.empty(), Optional.of(day), Optional.of(day.plusSeconds(2)));
        time("list, two seconds in the middle", 50, i -> page(span, Optional.empty()));
        time("expired", 50, i -> catalog.expired(START.plusSeconds(100), 100).size());
        time("count", 5, i -> catalog.count());
    }

    private void fill() throws IOException {
        long begun = System.nanoTime();
        for (long first = 0; first < rows; first += BATCH) {
            catalog.add(batch(first, (int) Math.min(BATCH, rows - first)));
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf("%,d deliveries in batches of %,d: %,.0f a second%n", rows, BATCH, rows / seconds);
    }

    private long page(Query query, Optional<String> cursor) throws IOException {
        Page page = catalog.list(query, cursor, 100);
        return page.deliveries().size();
    }

    private long pages(Query query) throws IOException {
        long pages = 0;
        Optional<String> cursor = Optional.empty();
        do {
            cursor = catalog.list(query, cursor, 100).next();
            pages++;
        } while (cursor.isPresent());
        return pages;
    }

    private String cursor(long number) {
        return Position.of(START.plusMillis(number), id(number).key()).cursor();
    }

    private static Query query(String client, String prefix) {
        return new Query(Optional.ofNullable(client), Optional.ofNullable(prefix), Optional.empty(), Optional.empty());
    }

    private static TransferId id(long number) {
        return new TransferId("device-" + number % 1_000, "upload-" + number);
    }

    private static List<Delivery> batch(long first, int size) {
        return LongStream.range(first, first + size)
                .mapToObj(number -> Deliveries.of(
                        id(number),
                        Deliveries.json("{\"name\":\"log-" + number + ".txt\",\"size\":4096,\"expire_at\":"
                                + (START.getEpochSecond() + number) + ",\"user_data\":{\"site\":\"north\"}}"),
                        START.plusMillis(number),
                        "local"))
                .toList();
    }

    private interface Task {
        long run(long number) throws IOException;
    }

    private static void time(String what, int times, Task task) throws IOException {
        long[] nanos = new long[times];
        long found = 0;
        for (int i = 0; i < times; i++) {
            long begun = System.nanoTime();
            found = task.run(i);
            nanos[i] = System.nanoTime() - begun;
        }
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT,
                "%-34s median %9.3f ms, longest %9.3f ms (%d)%n",
                what,
                nanos[times / 2] / 1e6,
                nanos[times - 1] / 1e6,
                found);
    }
}
