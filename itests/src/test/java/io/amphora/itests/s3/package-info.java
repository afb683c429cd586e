// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
/** The S3 exporter in the real distribution, with a real S3 server behind it. */
package io.amphora.itests.s3;
