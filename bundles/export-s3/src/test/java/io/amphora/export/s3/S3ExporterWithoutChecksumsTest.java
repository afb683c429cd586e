// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

public class S3ExporterWithoutChecksumsTest extends S3ExporterContractTest {

    @Override
    Settings settings(Settings settings) {
        return settings.with("checksums", "when_required");
    }
}
