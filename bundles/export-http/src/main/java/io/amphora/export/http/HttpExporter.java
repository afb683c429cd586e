// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.http;

import io.amphora.settings.In;
import io.amphora.settings.Settings;
import io.amphora.settings.Unit;
import io.amphora.transfer.ByteRange;
import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.Exporter;
import io.amphora.transfer.spi.ExporterSettings;
import io.amphora.transfer.spi.ExporterStatus.Degraded;
import io.amphora.transfer.spi.Reconfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers files to a web server that stores what is PUT: each transfer has a folder of its own below the URL. A change
 * of its configuration takes effect at once: exports that run end as they began, later ones have the new settings.
 * Thread-safe.
 */
@Component(
        service = Exporter.class,
        configurationPid = HttpExporter.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = HttpExporter.Config.class, factory = true)
public final class HttpExporter implements Exporter {

    static final String PID = "io.amphora.export.http";

    private static final Logger LOG = LoggerFactory.getLogger(HttpExporter.class);

    /** The settings. A double underscore stands for one in the key. */
    @ObjectClassDefinition(name = "HTTP exporter", description = "Delivers finished files to a web server by PUT.")
    @interface Config {

        @AttributeDefinition(
                description = "Name of the exporter, unique among all; if not given, NAME of the file "
                        + "io.amphora.export.http-NAME.cfg.",
                required = false)
        String exporter_name();

        @AttributeDefinition(description = "Where files are PUT below, http or https.")
        String url();

        @AttributeDefinition(
                description = "Which files it wants: an OSGi filter over client_id, file_id, name, size and "
                        + "user_data.*; empty for all.")
        String selector() default "";

        @AttributeDefinition(
                description = "Whether a fin waits until the file is there; if not, it is delivered in the background.")
        boolean required() default true;

        @AttributeDefinition(
                description = "Value of the header Authorization, as in Bearer abc; empty for none.",
                type = AttributeType.PASSWORD)
        String authorization() default "";

        @AttributeDefinition(description = "Seconds that a connection may take to be made, 1 or more.")
        @In(Unit.SECONDS)
        int connect__timeout() default 10;

        @AttributeDefinition(description = "Seconds that one request may take, 1 or more.")
        @In(Unit.SECONDS)
        int request__timeout() default 300;

        @AttributeDefinition(
                description = "Whether each file is compared with what the server holds then, by HEAD: the size, and "
                        + "Repr-Digest if there is one. Only for servers that cannot answer: false.")
        boolean verify() default true;
    }

    /** What one configuration amounts to. Nothing in it must be closed. */
    private record Target(ExporterSettings settings, WebServer server, String url) {}

    private volatile Target target;
    private final Reconfiguration reconfiguration = new Reconfiguration();

    /** Starts the exporter; a setting that cannot be keeps it down, with the reason in the log. */
    @Activate
    public HttpExporter(Map<String, Object> properties) {
        this(target(properties));
        LOG.info("Started the exporter {}: files are PUT below {}", name(), target.url());
    }

    HttpExporter(ExporterSettings settings, WebServer server) {
        this(new Target(settings, server, ""));
    }

    private HttpExporter(Target target) {
        this.target = target;
    }

    private static Target target(Map<String, Object> properties) {
        return Settings.use(
                Config.class,
                properties,
                config -> new Target(settings(config, properties), server(config), config.url()));
    }

    private static ExporterSettings settings(Config config, Map<String, Object> properties) {
        return ExporterSettings.of(config.exporter_name(), config.selector(), config.required(), properties);
    }

    private static WebServer server(Config config) {
        return new WebServer(
                Locations.below(config.url()),
                config.authorization(),
                seconds("connect_timeout", config.connect__timeout()),
                seconds("request_timeout", config.request__timeout()),
                config.verify());
    }

    private static Duration seconds(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(key + " is 1 or more, not " + value);
        }
        return Duration.ofSeconds(value);
    }

    /** Takes other settings, unless they cannot be. */
    @Modified
    void modified(Map<String, Object> properties) {
        reconfiguration.make(this, () -> {
            target = target(properties);
            LOG.info("Changed the exporter {}: files are PUT below {}", name(), target.url());
        });
    }

    @Override
    public String name() {
        return target.settings().name();
    }

    @Override
    public boolean required() {
        return target.settings().required();
    }

    @Override
    public boolean accepts(TransferId id, FileMeta meta, long size) {
        return target.settings().accepts(id, meta, size);
    }

    @Override
    public Optional<Degraded> refusedChange() {
        return reconfiguration.refused();
    }

    @Override
    public ExportedFile export(ExportRequest request) throws IOException {
        Target used = target;
        URI location = used.server().locations().of(request.id(), request.meta().name());
        used.server().put(location, request);
        return new ExportedFile(
                request.id(),
                used.settings().name(),
                location,
                request.file().size(),
                request.file().sha256());
    }

    /** There are no links that work without the server's own authorization. */
    @Override
    public Optional<URI> link(ExportedFile file, Duration valid) {
        return Optional.empty();
    }

    @Override
    public InputStream open(ExportedFile file, ByteRange range) throws IOException {
        return target.server().get(file.location(), range);
    }

    @Override
    public void delete(ExportedFile file) throws IOException {
        target.server().delete(file.location());
    }

    @Override
    public String toString() {
        return name();
    }
}
