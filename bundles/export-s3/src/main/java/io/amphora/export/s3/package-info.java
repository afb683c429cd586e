// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * Delivers finished files into a bucket of S3 or of a server that speaks its protocol. An object appears complete or
 * not at all: small files go by one PUT, others as parts of a multipart upload.
 *
 * <p>{@link io.amphora.export.s3.S3Exporter} is the service. It holds an {@link io.amphora.export.s3.S3Session}, which
 * is what one configuration amounts to; exports keep the one that they began on.
 */
package io.amphora.export.s3;
