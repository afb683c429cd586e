// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import io.amphora.settings.Settings;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.Delivery;
import io.amphora.transfer.spi.TransferCatalog;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The catalog as a service, as long as its data source is one. Thread-safe. */
@Component(service = TransferCatalog.class, configurationPid = "io.amphora.transfer.catalog", immediate = true)
@Designate(ocd = CatalogComponent.Config.class)
public final class CatalogComponent implements TransferCatalog {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogComponent.class);
    private static final int STOP_SECONDS = 10;

    /** On a busy machine an embedded database takes longer to start than the pool waits for a connection. */
    private static final Duration OPENING = Duration.ofSeconds(20);

    private static final Duration PAUSE = Duration.ofMillis(500);

    /** Settings of the catalog. */
    @ObjectClassDefinition(name = "Amphora catalog of deliveries")
    public @interface Config {

        @AttributeDefinition(description = "Which DataSource service holds the catalog, as an OSGi filter.")
        String dataSource_target() default "(dataSourceName=amphora)";
    }

    private final SqlCatalog catalog;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ExecutorService opener =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "amphora-catalog"));

    /** Returns at once: the database may be slow to open, or not be there yet. */
    @Activate
    public CatalogComponent(
            Map<String, Object> properties,
            @Reference(name = "dataSource", target = "(dataSourceName=amphora)") DataSource source) {
        this(Settings.use(Config.class, properties, config -> new SqlCatalog(source)));
    }

    CatalogComponent(SqlCatalog catalog) {
        this.catalog = catalog;
        opener.execute(this::open);
        opener.shutdown();
    }

    private void open() {
        try {
            catalog.open(Patience.of(OPENING, PAUSE, stopped));
        } catch (IOException e) {
            if (stopped.getCount() > 0) {
                LOG.warn("Could not open the catalog; tried again when it is next used", e);
            }
        }
    }

    @Deactivate
    void deactivate() throws InterruptedException {
        stopped.countDown();
        // Not interrupted: H2 would take its file for broken.
        if (!opener.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
            LOG.warn("Left the catalog while it was still being opened");
        }
    }

    @Override
    public void add(Collection<Delivery> deliveries) throws IOException {
        catalog.add(deliveries);
    }

    @Override
    public Optional<Delivery> find(TransferId id) throws IOException {
        return catalog.find(id);
    }

    @Override
    public void remove(TransferId id) throws IOException {
        catalog.remove(id);
    }

    @Override
    public Page list(Query query, Optional<String> cursor, int limit) throws IOException {
        return catalog.list(query, cursor, limit);
    }

    @Override
    public List<Delivery> expired(Instant now, int limit) throws IOException {
        return catalog.expired(now, limit);
    }

    @Override
    public long count() throws IOException {
        return catalog.count();
    }
}
