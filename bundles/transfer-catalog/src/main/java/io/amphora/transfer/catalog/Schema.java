// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.output.MigrateResult;
import org.flywaydb.core.api.resource.LoadableResource;

/** The tables of the catalog, which are brought up to the version that this bundle was made for. Thread-safe. */
final class Schema {

    /** Each is applied to a database once, in this order; one that was released never changes. */
    private static final List<Migration> MIGRATIONS = List.of(new Migration("V1__deliveries.sql"));

    /** Table that says which were applied. */
    private static final String HISTORY = "catalog_history";

    private Schema() {}

    /**
     * Applies the migrations that are missing, also one that was begun and not ended: each may be applied again. Returns
     * the version that the schema has then.
     */
    static String migrate(DataSource source) throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Schema.class.getClassLoader());
        try {
            Flyway flyway = flyway(source);
            if (hasFailed(flyway)) {
                flyway.repair();
            }
            MigrateResult result = flyway.migrate();
            return result.targetSchemaVersion == null ? result.initialSchemaVersion : result.targetSchemaVersion;
        } catch (FlywayException e) {
            throw new IOException("the catalog's tables could not be made or updated: " + e.getMessage(), e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static boolean hasFailed(Flyway flyway) {
        return Stream.of(flyway.info().applied())
                .anyMatch(migration -> migration.getState().isFailed());
    }

    private static Flyway flyway(DataSource source) {
        return Flyway.configure(Schema.class.getClassLoader())
                .dataSource(source)
                .loggers("slf4j")
                .table(HISTORY)
                // Tables of others in the same schema do not matter.
                .baselineOnMigrate(true)
                .baselineVersion("0")
                // Nothing is looked for on a class path, which OSGi does not have.
                .locations(new String[0])
                .resourceProvider(new Migrations())
                .javaMigrationClassProvider(List::of)
                .load();
    }

    /** Hands the migrations to Flyway. */
    private static final class Migrations implements ResourceProvider {

        @Override
        public LoadableResource getResource(String name) {
            return MIGRATIONS.stream()
                    .filter(migration -> migration.getFilename().equals(name))
                    .findAny()
                    .orElse(null);
        }

        @Override
        public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
            return MIGRATIONS.stream()
                    .filter(migration -> migration.getFilename().startsWith(prefix)
                            && Stream.of(suffixes).anyMatch(migration.getFilename()::endsWith))
                    .<LoadableResource>map(migration -> migration)
                    .toList();
        }
    }
}
