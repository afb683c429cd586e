// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.http;

import static io.amphora.transfer.spi.SpoolFolder.bytes;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.ExporterSettings;
import io.amphora.transfer.spi.FileDamagedException;
import io.amphora.transfer.spi.FileRefusedException;
import io.amphora.transfer.spi.Selector;
import io.amphora.transfer.spi.SpoolFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What this exporter does beyond the contract. */
public class HttpExporterTest {

    private static final TransferId ID = new TransferId("device-1", "f1");

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private FileServer server;
    private SpoolFolder spool;

    @Before
    public void start() throws IOException {
        server = new FileServer();
        spool = new SpoolFolder(temporary.getRoot().toPath());
    }

    @After
    public void stop() {
        server.close();
    }

    private HttpExporter exporter(String authorization) {
        return exporter(authorization, true);
    }

    private HttpExporter exporter(String authorization, boolean verified) {
        Duration minute = Duration.ofMinutes(1);
        WebServer web = new WebServer(Locations.below(server.url()), authorization, minute, minute, verified);
        return new HttpExporter(new ExporterSettings("web", Selector.parse(""), true), web);
    }

    @Test
    public void filesAreNamedByTheTransfersKeyAndTheirName() throws IOException {
        ExportRequest request = spool.request(ID, "{\"name\":\"a b.bin\"}", bytes(1, 10));
        assertEquals(
                URI.create(server.url() + "/" + ID.key().hex() + "/a%20b.bin"),
                exporter("").export(request).location());
    }

    @Test
    public void anAnswerOtherThanSuccessIsAFailure() throws IOException {
        ExportRequest request = spool.request(ID, bytes(1, 10));
        for (int status : new int[] {301, 403, 500, 503}) {
            server.refuseWith = status;
            IOException e = assertThrows(IOException.class, () -> exporter("").export(request));
            assertTrue(e.getMessage(), e.getMessage().endsWith("was answered with " + status));
        }
        server.refuseWith = 0;
        exporter("").export(request);
        assertEquals(1, server.files.size());
    }

    @Test
    public void aServerThatCannotSayWhatItHoldsFailsNamingTheSetting() throws IOException {
        ExportRequest request = spool.request(ID, bytes(1, 10));
        server.knowsSizes = false;
        assertCannotVerify("without Content-Length", request);
        server.knowsHead = false;
        assertCannotVerify("knows no HEAD", request);
        exporter("", false).export(request);
        assertEquals(1, server.files.size());
    }

    private void assertCannotVerify(String why, ExportRequest request) {
        FileDamagedException e =
                assertThrows(FileDamagedException.class, () -> exporter("").export(request));
        assertTrue(e.getMessage(), e.getMessage().contains(why));
        assertTrue(e.getMessage(), e.getMessage().endsWith("set verify = false"));
        assertTrue(server.files.isEmpty());
    }

    @Test
    public void aFileThatTheServerCanNeverTakeIsRefused() throws IOException {
        ExportRequest request = spool.request(ID, bytes(1, 10));
        for (int status : new int[] {413, 414}) {
            server.refuseWith = status;
            assertThrows(FileRefusedException.class, () -> exporter("").export(request));
        }
    }

    @Test
    public void authorizationIsSentToTheServerOnly() throws IOException {
        server.authorization = "Bearer abc";
        ExportRequest request = spool.request(ID, bytes(1, 10));
        assertThrows(IOException.class, () -> exporter("").export(request));
        ExportedFile file = exporter("Bearer abc").export(request);
        ExportedFile elsewhere = new ExportedFile(ID, "web", URI.create("http://127.0.0.1:1/x"), 10, file.sha256());
        assertThrows(IOException.class, () -> exporter("Bearer abc").open(elsewhere, new ByteRange(0, 1)));
        assertThrows(IOException.class, () -> exporter("Bearer abc").delete(elsewhere));
    }

    @Test
    public void aServerWithoutRangesWillDo() throws IOException {
        ExportedFile file = exporter("").export(spool.request(ID, bytes(1, 10_000)));
        server.knowsRanges = false;
        try (InputStream in = exporter("").open(file, new ByteRange(5_000, 6_000))) {
            assertArrayEquals(java.util.Arrays.copyOfRange(bytes(1, 10_000), 5_000, 6_000), in.readAllBytes());
        }
    }

    @Test
    public void aChangeTakesEffectAtOnceUnlessItCannotBe() throws IOException {
        HttpExporter exporter = new HttpExporter(properties(Map.of("url", "http://127.0.0.1:1/")));
        ExportRequest request = spool.request(ID, bytes(1, 10));
        assertThrows(IOException.class, () -> exporter.export(request));

        exporter.modified(properties(Map.of("url", server.url(), "required", false)));
        assertFalse(exporter.required());
        exporter.modified(properties(Map.of("url", server.url(), "connect_timeout", 0)));
        assertTrue(exporter.refusedChange()
                .orElseThrow()
                .why()
                .startsWith("not changed: io.amphora.export.http~web: connect_timeout "));
        exporter.modified(properties(Map.of("url", "nowhere")));
        assertTrue(exporter.refusedChange()
                .orElseThrow()
                .why()
                .startsWith("not changed: io.amphora.export.http~web: url: "));
        exporter.export(request);

        exporter.modified(properties(Map.of("url", server.url(), "exporter.name", "other")));
        assertEquals(Optional.empty(), exporter.refusedChange());
        assertEquals("other", exporter.export(request).exporter());
    }

    private static Map<String, Object> properties(Map<String, Object> settings) {
        Map<String, Object> properties = new HashMap<>(settings);
        properties.put("service.pid", HttpExporter.PID + "~web");
        properties.put("service.factoryPid", HttpExporter.PID);
        return properties;
    }

    @Test
    public void aServerThatIsGoneIsAFailure() throws IOException {
        HttpExporter exporter = exporter("");
        ExportRequest request = spool.request(ID, bytes(1, 10));
        server.close();
        assertThrows(IOException.class, () -> exporter.export(request));
    }

    @Test
    public void aWrongUrlIsRefusedNamingTheSetting() {
        for (String url : List.of("", "files", "ftp://host/", "http://", "http://host/?a=b", "http://host/ /")) {
            IllegalArgumentException e = assertThrows(url, IllegalArgumentException.class, () -> Locations.below(url));
            assertTrue(e.getMessage(), e.getMessage().startsWith("url: "));
        }
    }
}
