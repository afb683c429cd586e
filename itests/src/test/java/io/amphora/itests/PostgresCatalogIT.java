// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import io.amphora.transfer.catalog.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * The catalog in PostgreSQL, by nothing but a changed settings file, on a server that the test starts; left out, and said so,
 * where none is installed.
 */
public final class PostgresCatalogIT {

    private static final String SETTINGS = "etc/org.ops4j.datasource-amphora.cfg";
    private static final int SIZE = 200_000;
    private static final int SEGMENT = 64 << 10;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Database database;
    private RunningAmphora amphora;

    /** A database of the test's server, and its URL. */
    private record Database(DataSource source, String url) {

        static Database empty() throws Exception {
            var source = PostgresServer.shared().emptyDatabase();
            return new Database(source, source.getUrl());
        }

        /** File ids of the deliveries that it has; empty as long as it has no such table. */
        Optional<List<String>> deliveries() throws SQLException {
            List<String> ids = new ArrayList<>();
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement()) {
                try (ResultSet tables = connection.getMetaData().getTables(null, null, "deliveries", null)) {
                    if (!tables.next()) {
                        return Optional.empty();
                    }
                }
                try (ResultSet rows = statement.executeQuery("SELECT file_id FROM deliveries ORDER BY position")) {
                    while (rows.next()) {
                        ids.add(rows.getString(1));
                    }
                }
            }
            return Optional.of(ids);
        }
    }

    @Before
    public void start() throws Exception {
        database = Database.empty();
        amphora = RunningAmphora.start(folder.newFolder("data").toPath());
    }

    @After
    public void stop() throws Exception {
        if (amphora != null) {
            amphora.close();
        }
    }

    @Test
    public void aRunningBrokerGoesOverToPostgresAndFindsItsDeliveriesThereAfterACrash() throws Exception {
        SentFile inH2 = new SentFile("camera", "f1", "one.bin", SIZE, 1);
        SentFile inPostgres = new SentFile("camera", "f2", "two.bin", SIZE, 2);
        upload(inH2);
        Waiting.until("the first database has it", () -> journals() == 0);
        configurePostgres();
        Waiting.until("the tables are made", () -> database.deliveries().isPresent());
        upload(inPostgres);
        Waiting.until("the delivery is catalogued", () -> database.deliveries().equals(Optional.of(List.of("f2"))));
        Waiting.until("the spool has forgotten it", () -> journals() == 0);

        amphora.kill9();
        amphora.restart();
        try (Commands client = client(inPostgres)) {
            assertEquals("fin again", 0, client.finish(inPostgres));
            byte[] otherMeta = "{\"name\":\"other.bin\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            assertEquals("a reused id", 0x83, Commands.await(client.send("$file/f2/init", otherMeta)));
        }
        assertEquals(2, new DeliveredFiles(amphora.exports()).all().size());
        assertEquals(Optional.of(List.of("f2")), database.deliveries());
        assertFalse(Files.readString(amphora.log()).contains(PostgresServer.PASSWORD));
    }

    private void upload(SentFile file) throws Exception {
        try (Commands client = client(file)) {
            client.sendBytes(file, SEGMENT);
            assertEquals("fin", 0, client.finish(file));
        }
        new DeliveredFiles(amphora.exports()).assertHolds(file);
    }

    private Commands client(SentFile file) throws Exception {
        return new Mqtt5Commands("tcp://" + amphora.host() + ":" + amphora.port(), file.clientId());
    }

    /** As the comment in the file says. */
    private void configurePostgres() throws Exception {
        Path password = Files.writeString(folder.newFile("password").toPath(), PostgresServer.PASSWORD);
        Path settings = amphora.data().resolve(SETTINGS);
        String text = Files.readString(settings)
                .replaceFirst("(?m)^osgi.jdbc.driver.name = .*", "osgi.jdbc.driver.name = PostgreSQL JDBC Driver")
                .replaceFirst("(?m)^url = .*", "url = " + database.url())
                .replaceFirst("(?m)^user = .*", "user = " + PostgresServer.USER)
                .replaceFirst("(?m)^password =.*", "password = FILE(" + password + ")");
        Files.writeString(settings, text);
    }

    private long journals() throws Exception {
        long count = 0;
        try (var folders = Files.newDirectoryStream(amphora.spool(), Files::isDirectory)) {
            for (Path one : folders) {
                count += one.toFile().list().length;
            }
        }
        return count;
    }
}
