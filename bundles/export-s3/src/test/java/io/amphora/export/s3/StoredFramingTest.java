// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.FileDamagedException;
import io.amphora.transfer.spi.SpoolFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A real server that does not decode aws-chunked but stores it: s3rver. Left out where .ci/prepare could not install it. */
public class StoredFramingTest {

    private static final String BUCKET = "bucket";
    private static final Pattern LISTENING = Pattern.compile(".*listening on .*:(\\d+)");

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private Process process;
    private int port;
    private SpoolFolder spool;
    private S3Exporter exporter;

    @Before
    public void startServer() throws IOException {
        String home = System.getProperty("amphora.home", "../..");
        Path script = Path.of(home, "itests/target/npm/node_modules/s3rver/bin/s3rver.js");
        assumeTrue("left out: .ci/prepare has not installed s3rver by npm", Files.exists(script));
        process = new ProcessBuilder(
                        "node",
                        script.toAbsolutePath().toString(),
                        "--directory",
                        temporary.newFolder("objects").toString(),
                        "--address",
                        "127.0.0.1",
                        "--port",
                        "0",
                        "--configure-bucket",
                        BUCKET)
                .redirectErrorStream(true)
                .start();
        port = awaitPort();
        spool = new SpoolFolder(temporary.newFolder("spool").toPath());
    }

    private int awaitPort() throws IOException {
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder printed = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            printed.append(line).append('\n');
            Matcher listening = LISTENING.matcher(line);
            if (listening.matches()) {
                return Integer.parseInt(listening.group(1));
            }
        }
        throw new IOException("s3rver has not started: " + printed);
    }

    @After
    public void stop() {
        if (exporter != null) {
            exporter.deactivate(0);
        }
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private Settings settings() {
        return Settings.defaults()
                .with("bucket", BUCKET)
                .with("host", "127.0.0.1")
                .with("port", port)
                .with("ssl", false)
                .with("access_key_id", "S3RVER")
                .with("secret_access_key", "S3RVER")
                .with("min_part_size", PartSizes.SMALLEST);
    }

    private void start(Settings settings) throws IOException {
        exporter = RunningS3.exporter(settings, temporary.newFolder("uploads").toPath());
    }

    private ExportRequest request(int size) throws IOException {
        return spool.request(new TransferId("device-1", "f" + size), SpoolFolder.bytes(size, size));
    }

    private List<String> keys() {
        try (S3Clients clients = S3Clients.open(settings().parse().connecting())) {
            return clients.s3().listObjectsV2(list -> list.bucket(BUCKET)).contents().stream()
                    .map(S3Object::key)
                    .toList();
        }
    }

    @Test
    public void aFileInOnePieceFailsNamingSizesAndSetting() throws IOException {
        start(settings());
        String why = damage(request(100_000)).getMessage();
        assertTrue(
                why,
                why.matches("the bucket bucket holds \\d{6} bytes, the file has 100000: the server may store "
                        + "chunked framing; set chunked_encoding = false.*"));
        assertEquals(List.of(), keys());
    }

    @Test
    public void aFileInPartsFailsBeforeItIsThere() throws IOException {
        start(settings());
        assertPartsFail();
    }

    @Test
    public void withoutChecksumsAFileInPartsFailsAsWell() throws IOException {
        start(settings().with("checksums", "when_required"));
        assertPartsFail();
    }

    private void assertPartsFail() throws IOException {
        String why = damage(request(S3Fixture.THREE_PARTS)).getMessage();
        assertTrue(why, why.contains("; set chunked_encoding = false"));
        assertEquals(List.of(), keys());
    }

    private FileDamagedException damage(ExportRequest request) {
        FileDamagedException first = assertThrows(FileDamagedException.class, () -> exporter.export(request));
        FileDamagedException second = assertThrows(FileDamagedException.class, () -> exporter.export(request));
        assertEquals("recognized as the same", first.getMessage(), second.getMessage());
        return second;
    }

    @Test
    public void withoutChunkedEncodingFilesAreWhole() throws IOException {
        start(settings().with("chunked_encoding", false));
        for (int size : new int[] {0, 100_000, S3Fixture.THREE_PARTS}) {
            S3Fixture.assertDelivered(exporter, exporter.export(request(size)));
        }
        assertEquals(3, keys().size());
    }
}
