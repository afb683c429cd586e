// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.http;

import io.amphora.transfer.spi.Exporter;
import io.amphora.transfer.spi.ExporterContract;
import io.amphora.transfer.spi.ExporterSettings;
import io.amphora.transfer.spi.Selector;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.After;

/** What every exporter promises. */
public class HttpExporterContractTest extends ExporterContract {

    private FileServer server;

    @Override
    protected Exporter newExporter() throws IOException {
        server = new FileServer();
        Duration minute = Duration.ofMinutes(1);
        return new HttpExporter(
                new ExporterSettings("web", Selector.parse(""), true),
                new WebServer(Locations.below(server.url()), "", minute, minute, true));
    }

    @Override
    protected Optional<Exporter> exporterThatFinds(Damage damage) {
        server.storing = damage::of;
        return Optional.of(exporter());
    }

    @Override
    protected List<URI> delivered() {
        return server.locations();
    }

    @After
    public void stop() {
        server.close();
    }
}
