// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.s3.testing.Fault;
import io.amphora.s3.testing.RequestHead;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.FileDamagedException;
import io.amphora.transfer.spi.FileRefusedException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.Test;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** What counts as a difference between an object and a file, and what becomes of the object. */
public class ObjectCheckTest extends S3Fixture {

    private static final String MD5 = "0123456789abcdef0123456789abcdef";
    private static final String OTHER_MD5 = "ffffffffffffffffffffffffffffffff";
    private static final S3Location OBJECT = new S3Location("bucket", "key");
    private static final ObjectCheck.Expected FILE =
            new ObjectCheck.Expected(10, Optional.of("sha"), Optional.of("crc"), Optional.of(MD5));

    private static HeadObjectResponse.Builder held() {
        return HeadObjectResponse.builder().contentLength(10L).eTag('"' + OTHER_MD5 + '"');
    }

    private void same(HeadObjectResponse.Builder held, S3Location object) throws IOException {
        check(settings()).compare(held.build(), object, FILE);
    }

    private void differs(HeadObjectResponse.Builder held) {
        assertThrows(FileDamagedException.class, () -> check(settings()).compare(held.build(), OBJECT, FILE));
    }

    private ObjectCheck check(Settings settings) throws IOException {
        S3Session session = new S3Session(settings.parse(), OpenUploads.in(state()), S3Session.GRACE);
        session.release(); // nothing is sent
        return new ObjectCheck(session);
    }

    @Test
    public void anETagIsComparedIfItIsAnMd5() throws IOException {
        differs(held());
        differs(held().serverSideEncryption(ServerSideEncryption.AES256));
        same(held().eTag('"' + MD5.toUpperCase(java.util.Locale.ROOT) + '"'), OBJECT);
        same(held().eTag('"' + OTHER_MD5 + "-3\""), OBJECT);
        same(held().eTag("\"0x8D4BCC2E4835CD0\""), OBJECT);
        same(held().eTag(null), OBJECT);
        same(held().serverSideEncryption(ServerSideEncryption.AWS_KMS), OBJECT);
        same(held().serverSideEncryption(ServerSideEncryption.AWS_KMS_DSSE), OBJECT);
        same(held().sseCustomerAlgorithm("AES256"), OBJECT);
        same(held(), new S3Location("bucket--use1-az4--x-s3", "key"));
    }

    @Test
    public void aChecksumOfTheWholeCountsMore() throws IOException {
        same(held().checksumSHA256("sha"), OBJECT);
        same(held().checksumCRC32("crc"), OBJECT);
        differs(held().eTag(MD5).checksumSHA256("other"));
        differs(held().eTag(MD5).checksumCRC32("other").checksumType(ChecksumType.FULL_OBJECT));
        same(held().eTag(MD5).checksumCRC32("other").checksumType(ChecksumType.COMPOSITE), OBJECT);
    }

    @Test
    public void theSizeIsComparedAlways() throws IOException {
        differs(held().eTag(MD5).contentLength(11L));
        differs(held().eTag(MD5).contentLength(null));
        ObjectCheck sizeOnly = check(settings().with("verification", "size"));
        sizeOnly.compare(held().build(), OBJECT, FILE);
        assertThrows(
                FileDamagedException.class,
                () -> sizeOnly.compare(held().contentLength(9L).build(), OBJECT, FILE));
    }

    @Test
    public void onlyTheDamagedVersionIsDeleted() throws IOException {
        Queue<RequestHead> requests = new ConcurrentLinkedQueue<>();
        network.show(requests::add);
        Fault put = Fault.success("x-amz-version-id: v1", "");
        Fault head = Fault.answer(404, "NoSuchKey", "gone");
        Fault delete = Fault.answer(403, "AccessDenied", "no");
        network.set(line ->
                line.startsWith("PUT") ? put.on(line) : line.startsWith("HEAD") ? head.on(line) : delete.on(line));
        S3Exporter exporter = start(settings());
        ExportRequest request = request(100);
        assertThrows(FileDamagedException.class, () -> exporter.export(request));
        List<String> lines = requests.stream().map(RequestHead::line).toList();
        assertEquals(lines.toString(), 4, lines.size());
        assertTrue(lines.toString(), lines.get(2).matches("DELETE .*[?]versionId=v1 .*"));
        assertTrue("without it, if that is not allowed", lines.get(3).matches("DELETE [^?]* .*"));
    }

    @Test
    public void credentialsThatMayNotReadFailNamingTheSetting() throws IOException {
        network.set(Fault.answer(403, "AccessDenied", "no").when(line -> line.startsWith("HEAD")));
        ExportRequest request = request(100);
        S3Exporter exporter = start(settings());
        IOException e = assertThrows(IOException.class, () -> exporter.export(request));
        assertTrue(e.getMessage(), e.getMessage().endsWith("set verification = none"));
        exporter.deactivate(0);
        start(settings().with("verification", "none")).export(request);
    }

    @Test
    public void anEarlyUploadThatIsDamagedLeavesNothing() throws IOException {
        network.show(request -> {
            if (request.line().startsWith("HEAD ")) {
                S3.change(bucket, object -> java.util.Arrays.copyOf(object, object.length - 1));
            }
        });
        S3Exporter exporter = start(settings().with("early_min_size", 1L));
        ExportRequest request = request(THREE_PARTS);
        var early = exporter.begin(new io.amphora.transfer.spi.EarlyRequest(
                        ID, request.meta(), request.file().path()))
                .orElseThrow();
        early.grown(THREE_PARTS);
        FileDamagedException first =
                assertThrows(FileDamagedException.class, () -> exporter.export(request.with(Optional.of(early))));
        FileDamagedException second =
                assertThrows(FileDamagedException.class, () -> exporter.export(request.with(Optional.of(early))));
        assertEquals(first.getMessage(), second.getMessage());
        assertTrue(
                first.getMessage(),
                first.getMessage().contains((THREE_PARTS - 1) + " bytes, the file has " + THREE_PARTS));
        assertEquals(List.of(), S3.objects(bucket));
        assertEquals(List.of(), S3.uploads(bucket));
    }

    @Test
    public void aKeyThatTheServerCanNeverTakeIsRefused() throws IOException {
        network.set(Fault.answer(400, "KeyTooLongError", "Your key is too long").when(line -> line.startsWith("PUT")));
        ExportRequest request = request(100);
        S3Exporter exporter = start(settings());
        assertThrows(FileRefusedException.class, () -> exporter.export(request));
    }
}
