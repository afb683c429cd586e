// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

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
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers files into a directory. A change of its configuration takes effect at once: exports that run go on to the
 * directory that they began with, later ones to the new. Thread-safe.
 */
@Component(
        service = Exporter.class,
        configurationPid = LocalExporter.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LocalExporter.Config.class, factory = true)
public final class LocalExporter implements Exporter {

    static final String PID = "io.amphora.export.local";

    private static final Logger LOG = LoggerFactory.getLogger(LocalExporter.class);

    /** The settings. */
    @ObjectClassDefinition(name = "Local exporter", description = "Delivers finished files into a directory.")
    @interface Config {

        @AttributeDefinition(
                description = "Name of the exporter, unique among all; if not given, NAME of the file "
                        + "io.amphora.export.local-NAME.cfg.",
                required = false)
        String exporter_name();

        @AttributeDefinition(description = "Directory that receives the files; it is made if it is not there.")
        String root();

        @AttributeDefinition(
                description = "Which files it wants: an OSGi filter over client_id, file_id, name, size and "
                        + "user_data.*; empty for all.")
        String selector() default "";

        @AttributeDefinition(
                description = "Whether to hard-link files from the spool where the file system can, rather than copy "
                        + "them.")
        boolean link() default true;

        @AttributeDefinition(
                description = "Whether a fin waits until the file is here; if not, it is delivered in the background.")
        boolean required() default true;

        @AttributeDefinition(
                description =
                        "Bytes of the file system that stay free: below that nothing is delivered; 0 for no bound.")
        @In(Unit.BYTES)
        long min__free__space() default 0;

        @AttributeDefinition(
                description = "Permissions of files, as in rw-r-----; who may read them may enter their folders; empty "
                        + "for those that the process gives.")
        String permissions() default "";

        @AttributeDefinition(description = "User who owns files and folders; empty for the process's own.")
        String owner() default "";

        @AttributeDefinition(description = "Group of files and folders; empty for the process's own.")
        String group() default "";
    }

    private volatile ExportDirectory directory;
    private final Reconfiguration reconfiguration = new Reconfiguration();

    /** Opens the directory; the exporter stays down, with the reason in the log, if that fails. */
    @Activate
    public LocalExporter(Map<String, Object> properties) throws IOException {
        this(open(properties));
        LOG.info("Started the exporter {}: files arrive in {}", name(), directory);
    }

    LocalExporter(ExportDirectory directory) {
        this.directory = directory;
    }

    private static ExportDirectory open(Map<String, Object> properties) throws IOException {
        try {
            return Settings.use(Config.class, properties, config -> open(config, properties));
        } catch (IOException e) {
            throw new IOException(Settings.source(properties) + ": " + e.getMessage(), e);
        }
    }

    private static ExportDirectory open(Config config, Map<String, Object> properties) throws IOException {
        ExportDirectory directory = new ExportDirectory(
                ExporterSettings.of(config.exporter_name(), config.selector(), config.required(), properties),
                ExportRoot.open(required("root", config.root())),
                new SpoolReader(config.link(), new FreeSpace(config.min__free__space())),
                Access.of(config.owner(), config.group(), config.permissions()),
                Clock.systemUTC());
        directory.removeLeftovers();
        return directory;
    }

    private static Path required(String key, String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(key + ": required");
        }
        return Path.of(value);
    }

    /** Takes other settings, unless they cannot be. */
    @Modified
    void modified(Map<String, Object> properties) {
        reconfiguration.make(this, () -> {
            directory = open(properties);
            LOG.info("Changed the exporter {}: files arrive in {}", name(), directory);
        });
    }

    @Override
    public String name() {
        return directory.settings().name();
    }

    @Override
    public boolean required() {
        return directory.settings().required();
    }

    @Override
    public boolean accepts(TransferId id, FileMeta meta, long size) {
        return directory.settings().accepts(id, meta, size);
    }

    @Override
    public Optional<Degraded> refusedChange() {
        return reconfiguration.refused();
    }

    @Override
    public ExportedFile export(ExportRequest request) throws IOException {
        return directory.take(request);
    }

    /** A directory gives no links that work elsewhere. */
    @Override
    public Optional<URI> link(ExportedFile file, Duration valid) {
        return Optional.empty();
    }

    @Override
    public InputStream open(ExportedFile file, ByteRange range) throws IOException {
        return DeliveredFile.of(file).open(range);
    }

    @Override
    public void delete(ExportedFile file) throws IOException {
        DeliveredFile.of(file).delete();
        directory.forgetFoldersOf(file.id());
    }

    @Override
    public String toString() {
        return name();
    }
}
