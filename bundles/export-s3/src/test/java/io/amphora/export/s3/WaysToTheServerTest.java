// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.s3.testing.FaultyNetwork;
import io.amphora.s3.testing.RequestHead;
import io.amphora.s3.testing.S3Server;
import io.amphora.s3.testing.ServerCertificate;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.SpoolFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** By TLS, by a proxy and by buckets as hosts, to a server that verifies signatures. */
public class WaysToTheServerTest {

    private static final String BUCKET = "bucket-1";
    private static final String DOMAIN = "s3.example.test"; // which only the server knows

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private final Queue<RequestHead> requests = new ConcurrentLinkedQueue<>();
    private Path directory;
    private S3Exporter exporter;

    @Before
    public void work() throws IOException {
        directory = temporary.newFolder("server").toPath();
    }

    @After
    public void stop() {
        exporter.deactivate(0);
    }

    private static Settings settings() {
        return Settings.defaults()
                .with("bucket", BUCKET)
                .with("access_key_id", S3Server.ACCESS_KEY)
                .with("secret_access_key", S3Server.SECRET_KEY)
                .with("min_part_size", PartSizes.SMALLEST)
                .with("max_retries", 0);
    }

    private void start(Settings settings) {
        if (exporter != null) {
            exporter.deactivate(0);
        }
        exporter = RunningS3.exporter(settings, temporary.getRoot().toPath().resolve("uploads"));
    }

    private void makeBucket(Settings settings) {
        S3Clients clients = S3Clients.open(settings.parse().connecting());
        clients.s3().createBucket(create -> create.bucket(BUCKET));
        clients.close();
    }

    private ExportRequest request(int size) throws IOException {
        Path spool = Files.createDirectories(temporary.getRoot().toPath().resolve("spool-" + size));
        return new SpoolFolder(spool).request(new TransferId("device-1", "f1"), SpoolFolder.bytes(size, size));
    }

    private void assertDelivers() throws IOException {
        for (int size : new int[] {100, S3Fixture.THREE_PARTS}) {
            ExportedFile file = exporter.export(request(size));
            S3Fixture.assertDelivered(exporter, file);
        }
    }

    private void assertFails(String why) {
        IOException failure = assertThrows(IOException.class, () -> exporter.export(request(100)));
        assertTrue(failure.getMessage(), failure.getMessage().contains(why));
    }

    @Test
    public void byTlsWithATrustStore() throws Exception {
        ServerCertificate certificate = ServerCertificate.make(directory);
        try (S3Server server = S3Server.overTls(directory, certificate)) {
            Settings trusting = settings()
                    .with("host", "127.0.0.1")
                    .with("port", server.port())
                    .with("trust_store", certificate.trustStore().toString())
                    .with("trust_store_password", ServerCertificate.PASSWORD);
            makeBucket(trusting);
            start(trusting);
            assertDelivers();
            start(trusting.with("trust_store", ""));
            assertFails("unable to find valid certification path");
            start(trusting.with("secret_access_key", "wrong"));
            assertFails("403 SignatureDoesNotMatch");
            RuntimeException refused =
                    assertThrows(RuntimeException.class, () -> start(trusting.with("trust_store_password", "wrong")));
            assertTrue(refused.getMessage(), refused.getMessage().startsWith("trust_store: cannot read "));
            start(trusting);
        }
    }

    @Test
    public void byAProxyToABucketThatIsAHost() throws Exception {
        try (S3Server server = S3Server.inDomain(directory, DOMAIN);
                FaultyNetwork proxy = FaultyNetwork.before(server.port())) {
            proxy.show(requests::add);
            Settings settings = settings()
                    .with("host", DOMAIN)
                    .with("ssl", false)
                    .with("access_method", "vhost")
                    .with("proxy", "http://127.0.0.1:" + proxy.port());
            makeBucket(settings);
            start(settings);
            assertDelivers();
            for (RequestHead request : requests) {
                String url = request.line().split(" ", 3)[1];
                assertTrue(url, url.startsWith("http://" + BUCKET + "." + DOMAIN));
                assertTrue(url, request.header("host").orElseThrow().startsWith(BUCKET + "." + DOMAIN));
            }
            ExportedFile file = exporter.export(request(100));
            String link =
                    exporter.link(file, Duration.ofMinutes(1)).orElseThrow().toString();
            assertTrue(link, link.startsWith("http://" + BUCKET + "." + DOMAIN + "/device-1/f1/"));
            start(settings.with("secret_access_key", "wrong"));
            assertFails("403 SignatureDoesNotMatch");
        }
    }

    @Test
    public void byAProxyThatWantsAPassword() throws Exception {
        try (S3Server server = S3Server.inMemory(directory);
                FaultyNetwork proxy = FaultyNetwork.before(server.port())) {
            proxy.show(requests::add);
            Settings settings = settings()
                    .with("host", "127.0.0.1")
                    .with("port", server.port())
                    .with("ssl", false)
                    .with("proxy", "http://127.0.0.1:" + proxy.port())
                    .with("proxy_username", "me")
                    .with("proxy_password", "hush");
            makeBucket(settings.with("proxy", ""));
            start(settings);
            assertDelivers();
            String expected = "Basic " + Base64.getEncoder().encodeToString("me:hush".getBytes(StandardCharsets.UTF_8));
            assertEquals(
                    4,
                    requests.stream()
                            .filter(request -> request.line().contains("uploadId=")
                                    || request.line().contains("partNumber="))
                            .count());
            for (RequestHead request : requests) {
                assertEquals(request.toString(), Optional.of(expected), request.header("proxy-authorization"));
            }
        }
    }
}
