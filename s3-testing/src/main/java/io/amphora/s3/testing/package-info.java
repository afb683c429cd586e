// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * For tests: {@link io.amphora.s3.testing.S3Server a real S3 server} and {@link io.amphora.s3.testing.FaultyNetwork a
 * network that fails on demand}.
 */
package io.amphora.s3.testing;
