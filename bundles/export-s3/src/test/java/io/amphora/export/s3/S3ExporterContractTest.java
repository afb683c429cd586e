// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import static org.junit.Assert.assertEquals;

import io.amphora.s3.testing.FaultyNetwork;
import io.amphora.transfer.spi.Exporter;
import io.amphora.transfer.spi.ExporterContract;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.After;
import org.junit.ClassRule;

public class S3ExporterContractTest extends ExporterContract {

    @ClassRule
    public static final RunningS3 S3 = new RunningS3();

    private String bucket;
    private FaultyNetwork network;
    private S3Exporter damaged;

    @Override
    protected Exporter newExporter() throws IOException {
        bucket = S3.newBucket();
        return RunningS3.exporter(
                settings(S3.settings(bucket)), temporary.newFolder("uploads").toPath());
    }

    /** The network damages an object just before the server is asked for it. */
    @Override
    protected Optional<Exporter> exporterThatFinds(Damage damage) throws IOException {
        network = FaultyNetwork.before(S3.port());
        network.show(request -> {
            if (request.line().startsWith("HEAD ")) {
                S3.change(bucket, damage::of);
            }
        });
        damaged = RunningS3.exporter(
                settings(S3.settings(bucket).with("port", network.port())),
                temporary.newFolder("uploads-" + damage).toPath());
        return Optional.of(damaged);
    }

    @After
    public final void closeNetwork() throws IOException {
        if (network != null) {
            damaged.deactivate(0);
            network.close();
        }
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
