// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.SpoolFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.Test;

public class ObjectsTest extends S3Fixture {

    private static final String EVERY_SIGN = " !\\\"#$%&'()*+,-.;<=>?@[]^_`{|}~ \u00E9\u4E2D\uD83C\uDF1A";

    @Test
    public void everyLegalNameGoesInOnePieceAndInParts() throws IOException {
        S3Exporter exporter = start(settings());
        for (int size : new int[] {100, THREE_PARTS}) {
            byte[] content = SpoolFolder.bytes(1, size);
            ExportRequest request = spool.request(ID, "{\"name\":\"" + EVERY_SIGN + "\"}", content);
            ExportedFile file = exporter.export(request);
            assertArrayEquals(content, read(exporter, file));
            assertEquals(List.of(file.location()), S3.objects(bucket));
            assertEquals(
                    bucket + "/device-1/f1/" + request.meta().name(),
                    S3Location.of(file.location()).toString());
        }
    }

    @Test
    public void theMetadataGoesAlong() throws IOException {
        S3Exporter exporter = start(settings());
        for (int size : new int[] {100, THREE_PARTS}) {
            String meta = "{\"name\":\"\u4E2D\",\"user_data\":{\"a\":\"x   y \u00E9\"}}";
            TransferId id = new TransferId(" d\u00E9vice %1", "f\n2");
            ExportedFile file = exporter.export(spool.request(id, meta, SpoolFolder.bytes(1, size)));
            assertEquals(
                    Map.of(
                            "clientid", "%20d%C3%A9vice%20%251",
                            "fileid", "f%0A2",
                            "filemeta", "{\"name\":\"\\u4e2d\",\"user_data\":{\"a\":\"x \\u0020\\u0020y \\u00e9\"}}",
                            "filemeta-vsn", "1"),
                    S3.metadata(S3Location.of(file.location())));
        }
    }

    @Test
    public void userDataThatIsTooLargeIsLeftOutAndThatIsSaid() throws IOException {
        String meta = "{\"name\":\"" + "\u4E2D".repeat(80) + "\",\"user_data\":\"" + "x".repeat(3_000) + "\"}";
        TransferId id = new TransferId("\u4E2D".repeat(20_000), "\u0001".repeat(5_000));
        ExportedFile file = start(settings()).export(spool.request(id, meta, new byte[1]));
        Map<String, String> metadata = S3.metadata(S3Location.of(file.location()));
        assertEquals("user_data", metadata.get("filemeta-left-out"));
        assertEquals("{\"name\":\"" + "\\u4e2d".repeat(80) + "\"}", metadata.get("filemeta"));
    }

    @Test
    public void aLinkFetchesTheFile() throws Exception {
        S3Exporter exporter = start(settings());
        ExportedFile file =
                exporter.export(spool.request(ID, "{\"name\":\"a b+\u4E2D.bin\"}", SpoolFolder.bytes(1, 99)));
        URI link = exporter.link(file, Duration.ofDays(100)).orElseThrow();
        assertTrue(link.toString(), link.getRawQuery().contains("X-Amz-Expires=3600"));
        HttpResponse<byte[]> response = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(link).build(), HttpResponse.BodyHandlers.ofByteArray());
        assertEquals(200, response.statusCode());
        assertArrayEquals(SpoolFolder.bytes(1, 99), response.body());
        String other = link.toString().replace("a%20b", "other");
        assertEquals(
                403,
                HttpClient.newHttpClient()
                        .send(HttpRequest.newBuilder(URI.create(other)).build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode());
    }

    @Test
    public void aStreamCanBeClosedBeforeItsEnd() throws IOException {
        S3Exporter exporter = start(settings());
        ExportedFile file = exporter.export(request(THREE_PARTS));
        for (int i = 0; i < 100; i++) { // more than there are connections
            try (InputStream in = exporter.open(file, new ByteRange(i, file.size()))) {
                assertTrue(in.read() >= 0);
            }
        }
    }

    @Test
    public void whatIsNoObjectIsRefused() {
        S3Exporter exporter = start(settings());
        for (String location : List.of("file:///etc/passwd", "s3:/key", "s3://bucket", "s3://bucket/")) {
            ExportedFile file =
                    new ExportedFile(ID, "test", URI.create(location), 1, io.amphora.transfer.Sha256.of(new byte[32]));
            assertThrows(location, IOException.class, () -> exporter.delete(file));
        }
    }
}
