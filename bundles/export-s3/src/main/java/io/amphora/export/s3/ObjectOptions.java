// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.StorageClass;

/**
 * How objects are kept. Immutable.
 *
 * @param verified whether the server is given checksums to verify
 * @param verification what is compared with a file before it counts as delivered
 */
record ObjectOptions(
        Optional<ObjectCannedACL> acl,
        Optional<StorageClass> storageClass,
        Optional<ServerSideEncryption> encryption,
        Optional<String> kmsKey,
        boolean verified,
        Verification verification) {

    static ObjectOptions of(S3Config config) {
        return new ObjectOptions(
                known("acl", config.acl().toLowerCase(Locale.ROOT).replace('_', '-'), ObjectCannedACL::fromValue),
                known("storage_class", config.storage__class(), StorageClass::fromValue),
                known("server_side_encryption", config.server__side__encryption(), ServerSideEncryption::fromValue),
                Optional.of(config.sse__kms__key__id()).filter(key -> !key.isBlank()),
                verified(config.checksums()),
                Verification.of(config.verification()));
    }

    private static <T extends Enum<T>> Optional<T> known(String key, String value, Function<String, T> parse) {
        if (value.isBlank()) {
            return Optional.empty();
        }
        T known = parse.apply(value);
        if (known.name().equals("UNKNOWN_TO_SDK_VERSION")) {
            throw new IllegalArgumentException(key + ": " + value + " is not known");
        }
        return Optional.of(known);
    }

    private static boolean verified(String checksums) {
        return switch (checksums) {
            case "when_supported" -> true;
            case "when_required" -> false;
            default ->
                throw new IllegalArgumentException(
                        "checksums: " + checksums + " is neither when_supported nor when_required");
        };
    }

    PutObjectRequest.Builder apply(PutObjectRequest.Builder put) {
        acl.ifPresent(put::acl);
        storageClass.ifPresent(put::storageClass);
        encryption.ifPresent(put::serverSideEncryption);
        kmsKey.ifPresent(put::ssekmsKeyId);
        return put;
    }

    /** With the checksum of the whole object to come from those of its parts, which the server can verify then. */
    CreateMultipartUploadRequest.Builder apply(CreateMultipartUploadRequest.Builder create, boolean chunked) {
        acl.ifPresent(create::acl);
        storageClass.ifPresent(create::storageClass);
        encryption.ifPresent(create::serverSideEncryption);
        kmsKey.ifPresent(create::ssekmsKeyId);
        if (verified && chunked) { // without chunks, parts have no trailing checksum
            create.checksumAlgorithm(ChecksumAlgorithm.CRC32).checksumType(ChecksumType.FULL_OBJECT);
        }
        return create;
    }
}
