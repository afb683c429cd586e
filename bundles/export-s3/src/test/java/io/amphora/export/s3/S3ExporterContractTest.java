// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import static org.junit.Assert.assertEquals;

import io.amphora.transfer.spi.Exporter;
import io.amphora.transfer.spi.ExporterContract;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.After;
import org.junit.ClassRule;

public class S3ExporterContractTest extends ExporterContract {

    @ClassRule
    public static final RunningS3 S3 = new RunningS3();

    private String bucket;

    @Override
    protected Exporter newExporter() throws IOException {
        bucket = S3.newBucket();
        return RunningS3.exporter(
                settings(S3.settings(bucket)), temporary.newFolder("uploads").toPath());
    }

    Settings settings(Settings settings) {
        return settings;
    }

    @Override
    protected List<URI> delivered() {
        return S3.objects(bucket);
    }

    @After
    public final void noUploadIsLeft() {
        assertEquals(List.of(), S3.uploads(bucket));
        ((S3Exporter) exporter()).deactivate(0);
    }
}
