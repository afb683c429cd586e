// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.transfer.spi.FileDamagedException;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * Compares what the server holds with what it was sent. The messages say nothing that differs from one attempt to the
 * next, so that the same damage is recognized. Thread-safe.
 */
final class ObjectCheck {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectCheck.class);

    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final Pattern MD5 = Pattern.compile("\"?([0-9a-fA-F]{32})\"?");

    /** Ends the names of directory buckets, whose ETags are random. */
    private static final String DIRECTORY_BUCKET = "--x-s3";

    private final S3Session session;

    /**
     * A file as it should be at the server, with the digests that are known of it as the server spells them.
     *
     * @param sha256 in Base64
     * @param crc32 in Base64
     * @param md5 in hex
     */
    record Expected(long size, Optional<String> sha256, Optional<String> crc32, Optional<String> md5) {}

    ObjectCheck(S3Session session) {
        this.session = session;
    }

    /**
     * Compares an object that has just been made; blocks. One that differs is deleted, as that version only if the
     * server has versions.
     *
     * @throws FileDamagedException if it differs
     */
    void requireSame(S3Location object, String version, Expected expected) throws IOException {
        if (verification() == Verification.NONE) {
            return;
        }
        try {
            compare(head(object, version), object, expected);
        } catch (FileDamagedException e) {
            delete(object, version, e);
            throw e;
        }
    }

    private Verification verification() {
        return session.settings().object().verification();
    }

    private HeadObjectResponse head(S3Location object, String version) throws IOException {
        HeadObjectRequest.Builder head = HeadObjectRequest.builder()
                .bucket(object.bucket())
                .key(object.key())
                .versionId(version);
        if (session.settings().object().verified()) {
            head.checksumMode(ChecksumMode.ENABLED);
        }
        try {
            return session.s3().headObject(head.build());
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND) {
                throw new FileDamagedException("the bucket " + object.bucket() + " took the file and does not hold it");
            }
            if (e.statusCode() == FORBIDDEN) {
                throw new IOException(
                        "the server does not let the object be compared with the file: the credentials need "
                                + "s3:GetObject, or set verification = none",
                        e);
            }
            throw S3Failure.of(e, "comparing the object", session);
        } catch (SdkException e) {
            throw S3Failure.of(e, "comparing the object", session);
        }
    }

    void compare(HeadObjectResponse held, S3Location object, Expected expected) throws FileDamagedException {
        Long size = held.contentLength();
        String bucket = "the bucket " + object.bucket();
        if (size == null) {
            throw new FileDamagedException(bucket
                    + " does not tell the size of the object; to deliver without a comparison, set verification = "
                    + "none");
        }
        if (size != expected.size()) {
            throw new FileDamagedException(FileDamagedException.differentSize(bucket, size, expected.size()) + hint());
        }
        if (verification() == Verification.FULL && differs(held, object, expected)) {
            throw new FileDamagedException(bucket + " holds other bytes than the file's, as many as it has");
        }
    }

    private static boolean differs(HeadObjectResponse held, S3Location object, Expected expected) {
        if (held.checksumType() != ChecksumType.COMPOSITE) {
            if (held.checksumSHA256() != null && expected.sha256().isPresent()) {
                return !held.checksumSHA256().equals(expected.sha256().get());
            }
            if (held.checksumCRC32() != null && expected.crc32().isPresent()) {
                return !held.checksumCRC32().equals(expected.crc32().get());
            }
        }
        boolean plain = isPlain(object, held.serverSideEncryption(), held.sseCustomerAlgorithm());
        return plain
                && expected.md5().isPresent()
                && isOtherMd5(held.eTag(), expected.md5().get());
    }

    /** Whether an ETag of 32 hex digits is the MD5 of the bytes. */
    private static boolean isPlain(S3Location object, ServerSideEncryption encryption, String customerAlgorithm) {
        boolean encrypted = encryption != null && encryption != ServerSideEncryption.AES256;
        return !encrypted && customerAlgorithm == null && !object.bucket().endsWith(DIRECTORY_BUCKET);
    }

    private static boolean isOtherMd5(String tag, String md5) {
        var digest = MD5.matcher(tag == null ? "" : tag);
        return digest.matches() && !digest.group(1).equalsIgnoreCase(md5);
    }

    /**
     * Compares a part with what was sent, before it becomes part of an object.
     *
     * @throws FileDamagedException if the server has something else
     */
    void requireSame(S3Location object, int number, UploadPartResponse held, FileSlice sent) throws IOException {
        if (verification() != Verification.FULL) {
            return;
        }
        session.partsHaveChecksums(held.checksumCRC32() != null);
        if (held.checksumCRC32() == null && sent.md5().isEmpty()) {
            throw new IOException("the server gave no checksum of part " + number + " as it did of others");
        }
        boolean plain = isPlain(object, held.serverSideEncryption(), held.sseCustomerAlgorithm());
        boolean differs = held.checksumCRC32() == null
                ? plain && isOtherMd5(held.eTag(), sent.md5())
                : !held.checksumCRC32().equals(sent.crc32());
        if (differs) {
            throw new FileDamagedException("the bucket " + object.bucket() + " holds other bytes of part " + number
                    + " than those of the file, by the checksum that the server gives" + hint());
        }
    }

    private String hint() {
        String tag =
                verification() == Verification.FULL ? "; if its ETags are no MD5 digests, set verification = size" : "";
        return session.settings().connecting().chunked()
                ? ": the server may store chunked framing; set chunked_encoding = false" + tag
                : tag;
    }

    private void delete(S3Location object, String version, FileDamagedException damage) {
        try {
            deleteNow(object, version);
        } catch (SdkException e) {
            damage.addSuppressed(e);
            LOG.warn("Left a damaged object at {}: {}", object, e.toString());
        }
    }

    private void deleteNow(S3Location object, String version) {
        try {
            session.s3()
                    .deleteObject(delete ->
                            delete.bucket(object.bucket()).key(object.key()).versionId(version));
        } catch (SdkException e) {
            if (version == null) {
                throw e;
            }
            LOG.debug("Deletes {} without its version", object, e);
            deleteNow(object, null);
        }
    }
}
