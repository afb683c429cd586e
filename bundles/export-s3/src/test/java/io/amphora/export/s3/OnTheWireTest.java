// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.s3.testing.Fault;
import io.amphora.s3.testing.RequestHead;
import io.amphora.transfer.spi.ExportRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.junit.Before;
import org.junit.Test;

/** Settings of objects as requests carry them. What this server refuses is answered in its place. */
public class OnTheWireTest extends S3Fixture {

    private final Queue<RequestHead> requests = new ConcurrentLinkedQueue<>();

    @Before
    public void watch() {
        network.show(requests::add);
    }

    @Test
    public void theServerTakesStorageClassAndAclWithTheirSignatures() throws IOException {
        S3Exporter exporter =
                start(settings().with("storage_class", "STANDARD_IA").with("acl", "public_read"));
        for (int size : new int[] {100, THREE_PARTS}) {
            assertDelivered(exporter, exporter.export(request(size)));
            RequestHead begin = beginning();
            assertSigned("STANDARD_IA", "x-amz-storage-class", begin);
            assertSigned("public-read", "x-amz-acl", begin);
        }
    }

    @Test
    public void encryptionByTheServersOwnKeys() throws IOException {
        Settings settings = settings().with("server_side_encryption", "AES256");
        for (RequestHead begin : answered(settings)) {
            assertSigned("AES256", "x-amz-server-side-encryption", begin);
            assertEquals(Optional.empty(), begin.header("x-amz-server-side-encryption-aws-kms-key-id"));
        }
    }

    @Test
    public void encryptionByAKeyOfTheKeyManagement() throws IOException {
        Settings settings =
                settings().with("server_side_encryption", "aws:kms").with("sse_kms_key_id", "arn:aws:kms:key/1");
        for (RequestHead begin : answered(settings)) {
            assertSigned("aws:kms", "x-amz-server-side-encryption", begin);
            assertSigned("arn:aws:kms:key/1", "x-amz-server-side-encryption-aws-kms-key-id", begin);
        }
    }

    @Test
    public void anAclForTheBucketsOwner() throws IOException {
        for (RequestHead begin : answered(settings().with("acl", "bucket_owner_full_control"))) {
            assertSigned("bucket-owner-full-control", "x-amz-acl", begin);
        }
    }

    @Test
    public void headersOfTheOperator() throws IOException {
        S3Exporter exporter = start(settings().with("headers", "X-Tenant: a b | X-Other: 1"));
        assertDelivered(exporter, exporter.export(request(THREE_PARTS)));
        assertEquals(7, requests.size()); // begin, three parts, complete, compare, read
        for (RequestHead request : requests) {
            assertEquals(request.toString(), Optional.of("a b"), request.header("x-tenant"));
            assertEquals(request.toString(), Optional.of("1"), request.header("x-other"));
        }
    }

    @Test
    public void checksumsOnlyIfTheyAreWanted() throws IOException {
        Predicate<RequestHead> checked = request -> request.headers().keySet().stream()
                .anyMatch(name -> name.startsWith("x-amz-checksum-") || name.equals("x-amz-trailer"));
        start(settings()).export(request(THREE_PARTS));
        assertTrue(requests.stream().filter(this::isPart).allMatch(checked));
        requests.clear();
        start(settings().with("checksums", "when_required")).export(request(THREE_PARTS));
        assertTrue(requests.stream().noneMatch(checked));
    }

    @Test
    public void noRequestIsChunkedIfThatIsSwitchedOff() throws IOException {
        Predicate<RequestHead> chunked =
                request -> request.header("x-amz-trailer").isPresent()
                        || request.header("content-encoding").orElse("").contains("aws-chunked")
                        || request.header("x-amz-content-sha256").orElse("").startsWith("STREAMING-");
        for (int size : new int[] {0, 100, THREE_PARTS}) {
            S3Exporter exporter = start(settings());
            exporter.export(request(size));
            assertTrue("else this test shows nothing", requests.stream().anyMatch(chunked));
            exporter = start(settings().with("chunked_encoding", false));
            requests.clear();
            assertDelivered(exporter, exporter.export(request(size)));
            assertTrue(requests.toString(), requests.stream().noneMatch(chunked));
        }
    }

    private boolean isPart(RequestHead request) {
        return request.line().contains("partNumber=");
    }

    /** The requests that begin a file in one piece, which a stand-in takes, and one in parts, which it refuses. */
    private List<RequestHead> answered(Settings settings) throws IOException {
        network.set(Fault.success("ETag: \"1\"", ""));
        S3Exporter exporter = start(settings.with("verification", "none"));
        exporter.export(request(100));
        RequestHead single = beginning();
        network.set(Fault.answer(501, "NotImplemented", "no"));
        ExportRequest large = request(THREE_PARTS);
        assertThrows(IOException.class, () -> exporter.export(large));
        return List.of(single, beginning());
    }

    /** The first request since the last call. */
    private RequestHead beginning() {
        RequestHead first = requests.remove();
        requests.clear();
        return first;
    }

    private static void assertSigned(String value, String header, RequestHead request) {
        assertEquals(request.toString(), Optional.of(value), request.header(header));
        String signed = request.header("authorization").orElseThrow();
        assertTrue(signed, signed.matches(".*SignedHeaders=[^,]*\\b" + header + "\\b.*"));
        assertFalse(request.toString(), request.accessKey().isEmpty());
    }
}
