// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.InboundPublish;
import io.amphora.mqtt.spi.PublishHandler;
import io.amphora.mqtt.spi.PublishResult;
import io.amphora.mqtt.spi.Publisher;
import io.amphora.settings.AlsoKnown;
import io.amphora.settings.In;
import io.amphora.settings.Settings;
import io.amphora.settings.Unit;
import io.amphora.transfer.core.export.ExportSettings;
import io.amphora.transfer.core.export.Exporters;
import io.amphora.transfer.core.spool.Durability;
import io.amphora.transfer.core.spool.SpoolLimits;
import io.amphora.transfer.core.transfer.TransferSettings;
import io.amphora.transfer.spi.Exporter;
import io.amphora.transfer.spi.ExporterHealth;
import io.amphora.transfer.spi.ExporterStatus;
import io.amphora.transfer.spi.TransferCatalog;
import io.amphora.transfer.spi.TransferStatistics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** File transfer as a service: settings from {@code io.amphora.transfer}, exporters as they come and go. Thread-safe. */
@Component(
        service = {PublishHandler.class, TransferStatistics.class, ExporterHealth.class},
        immediate = true,
        configurationPid = "io.amphora.transfer",
        property = "handler=file-transfer")
@Designate(ocd = FileTransferComponent.Config.class)
public final class FileTransferComponent implements PublishHandler, TransferStatistics, ExporterHealth {

    private static final Logger LOG = LoggerFactory.getLogger(FileTransferComponent.class);

    /** The settings. A double underscore stands for one in the key. */
    @ObjectClassDefinition(name = "File transfer", description = "Where segments wait, how long, and how much of them.")
    @AlsoKnown("handler")
    @interface Config {

        @AttributeDefinition(description = "Directory of the spool: the segments of unfinished transfers.")
        String root() default "spool";

        @AttributeDefinition(
                description = "What an acknowledged segment survives: os, the end of the process; fsync, that of the "
                        + "machine, at the price of a sync for each group of segments.",
                options = {@Option("os"), @Option("fsync")})
        String durability() default "os";

        @AttributeDefinition(description = "Bytes of the largest file; 0 for no bound.")
        @In(Unit.BYTES)
        long max__file__size() default 0;

        @AttributeDefinition(description = "Bytes that the spool may take; 0 for no bound.")
        @In(Unit.BYTES)
        long max__spool__size() default 0;

        @AttributeDefinition(description = "Separate ranges of bytes that one transfer may hold, 1 or more.")
        int max__ranges() default 10_000;

        @AttributeDefinition(description = "Unfinished transfers that one client may have, 1 or more.")
        int max__transfers() default 10_000;

        @AttributeDefinition(description = "Bytes that one client's unfinished transfers may take; 0 for no bound.")
        @In(Unit.BYTES)
        long max__bytes() default 0;

        @AttributeDefinition(description = "Bytes per second of segments that one client may send; 0 for no bound.")
        @In(Unit.BYTES_PER_SECOND)
        long max__rate() default 0;

        @AttributeDefinition(description = "Seconds that an init may wait to be carried out, 1 or more.")
        @In(Unit.SECONDS)
        int init__timeout() default 10;

        @AttributeDefinition(
                description = "Seconds that a segment, abort or status may wait to be carried out, 1 or more.")
        @In(Unit.SECONDS)
        int store__segment__timeout() default 300;

        @AttributeDefinition(description = "Seconds that a fin may wait, and its delivery is tried, 1 or more.")
        @In(Unit.SECONDS)
        int assemble__timeout() default 300;

        @AttributeDefinition(
                description = "Seconds that an unfinished transfer may be idle at least, whatever its client asks for.")
        @In(Unit.SECONDS)
        int minimum__segments__ttl() default 300;

        @AttributeDefinition(
                description = "Seconds that an unfinished transfer may be idle at most, and if its client asks for "
                        + "nothing.")
        @In(Unit.SECONDS)
        int maximum__segments__ttl() default 86_400;

        @AttributeDefinition(description = "Seconds between two looks for transfers past their time, 1 or more.")
        @In(Unit.SECONDS)
        int gc__interval() default 3_600;

        @AttributeDefinition(description = "Threads that write segments, 1 to 1024.")
        int io__threads() default 8;

        @AttributeDefinition(description = "Files that are exported at once, 1 to 1024.")
        int export__threads() default 16;

        @AttributeDefinition(
                description =
                        "Bytes of the largest file that is not offered to exporters while it is received, so that "
                                + "its fin has less to wait for; 0 to offer none.")
        @In(Unit.BYTES)
        long early__export__size() default 67_108_864;

        @AttributeDefinition(description = "Files that are exported at once while they are received, 1 to 1024.")
        int early__export__threads() default 4;

        @AttributeDefinition(description = "Files of the spool that stay open between uses, 2 or more.")
        int max__open__files() default 2_048;

        @AttributeDefinition(description = "Transfers that stay in memory while nothing happens to them, 1 or more.")
        int max__resident__transfers() default 10_000;

        @AttributeDefinition(
                description = "Seconds that running exports may go on when file transfer is stopped, 0 or more.")
        @In(Unit.SECONDS)
        int drain__timeout() default 10;
    }

    private final BundleContext context;
    private final Exporters exporters = new Exporters();
    private final Map<ServiceReference<Exporter>, Exporter> offered = new ConcurrentHashMap<>();
    private final FailedExporters failed;
    private final AtomicReference<TransferCatalog> catalog = new AtomicReference<>();
    private final FileTransfer transfer;

    /** Opens the spool; the file transfer stays down, with the reason in the log, if that fails. */
    @Activate
    public FileTransferComponent(
            Map<String, Object> properties,
            @Reference Publisher publisher,
            @Reference ServiceComponentRuntime components,
            BundleContext context)
            throws IOException {
        this.context = context;
        failed = new FailedExporters(components, Clock.systemUTC());
        FileTransferSettings settings = Settings.use(Config.class, properties, FileTransferComponent::settings);
        transfer = new FileTransfer(settings, exporters, Optional.empty(), publisher, Clock.systemUTC());
        LOG.info(
                "Started file transfer on the spool {}, durability {}",
                settings.root().toAbsolutePath(),
                settings.durability().name().toLowerCase(Locale.ROOT));
    }

    /**
     * By its reference, since a service whose component cannot start has no exporter to give, but may have one when its
     * configuration has changed.
     */
    @Reference(service = Exporter.class, cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindExporter(ServiceReference<Exporter> offer) {
        failed.offered(String.valueOf(offer.getProperty(Constants.SERVICE_PID)));
        Exporter exporter = context.getService(offer);
        if (exporter != null) {
            offered.put(offer, exporter);
            exporters.add(exporter);
        }
    }

    /** Its configuration has changed: other properties tell. */
    void updatedExporter(ServiceReference<Exporter> offer) {
        Exporter exporter = offered.get(offer);
        if (exporter == null) {
            bindExporter(offer);
        } else {
            exporters.changed(exporter);
        }
    }

    void unbindExporter(ServiceReference<Exporter> offer) {
        failed.withdrawn(String.valueOf(offer.getProperty(Constants.SERVICE_PID)));
        Exporter exporter = offered.remove(offer);
        if (exporter != null) {
            exporters.remove(exporter);
            context.ungetService(offer);
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindCatalog(TransferCatalog present) {
        catalog.set(present);
        transfer.use(Optional.of(present));
        LOG.info("Keeping deliveries in the catalog");
    }

    void unbindCatalog(TransferCatalog gone) {
        if (catalog.compareAndSet(gone, null)) {
            transfer.use(Optional.empty());
            LOG.info("Keeping deliveries in the spool: there is no catalog");
        }
    }

    @Deactivate
    void deactivate() {
        transfer.close();
        LOG.info("Stopped file transfer");
    }

    @Override
    public List<ExporterStatus> statuses() {
        return Stream.concat(transfer.statuses().stream(), failed.statuses().stream())
                .sorted(Comparator.comparing(ExporterStatus::name))
                .toList();
    }

    @Override
    public boolean accepts(TopicName topic) {
        return transfer.handler().accepts(topic);
    }

    @Override
    public boolean refuses(TopicFilter filter) {
        return transfer.handler().refuses(filter);
    }

    @Override
    public CompletionStage<PublishResult> handle(InboundPublish publish) {
        return transfer.handler().handle(publish);
    }

    @Override
    public Holdings holdings() {
        return transfer.statistics().holdings();
    }

    @Override
    public Totals totals() {
        return transfer.statistics().totals();
    }

    @Override
    public List<CommandCount> commands() {
        return transfer.statistics().commands();
    }

    private static FileTransferSettings settings(Config config) {
        return new FileTransferSettings(
                Path.of(config.root()),
                durability(config.durability()),
                new SpoolLimits(
                        boundOrNone("max_spool_size", config.max__spool__size()),
                        boundOrNone("max_bytes", config.max__bytes()),
                        atLeast(1, "max_transfers", config.max__transfers()),
                        atLeast(2, "max_open_files", config.max__open__files())),
                between(1, 1_024, "io_threads", config.io__threads()),
                new ExportSettings(
                        between(1, 1_024, "export_threads", config.export__threads()),
                        seconds(1, "assemble_timeout", config.assemble__timeout()),
                        seconds(0, "drain_timeout", config.drain__timeout()),
                        between(1, 1_024, "early_export_threads", config.early__export__threads()),
                        boundOrNone("early_export_size", config.early__export__size())),
                seconds(1, "gc_interval", config.gc__interval()),
                new TransferSettings(
                        seconds(1, "init_timeout", config.init__timeout()),
                        seconds(1, "store_segment_timeout", config.store__segment__timeout()),
                        seconds(1, "assemble_timeout", config.assemble__timeout()),
                        boundOrNone("max_rate", config.max__rate()),
                        boundOrNone("max_file_size", config.max__file__size()),
                        atLeast(1, "max_ranges", config.max__ranges()),
                        seconds(0, "minimum_segments_ttl", config.minimum__segments__ttl()),
                        seconds(0, "maximum_segments_ttl", config.maximum__segments__ttl()),
                        atLeast(1, "max_resident_transfers", config.max__resident__transfers())));
    }

    private static Durability durability(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "os" -> Durability.OS;
            case "fsync" -> Durability.FSYNC;
            default -> throw new IllegalArgumentException("durability is os or fsync, not " + value);
        };
    }

    private static long boundOrNone(String key, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(key + " is 0 or more, not " + value);
        }
        return value == 0 ? Long.MAX_VALUE : value;
    }

    private static int atLeast(int minimum, String key, int value) {
        return between(minimum, Integer.MAX_VALUE, key, value);
    }

    private static int between(int minimum, int maximum, String key, int value) {
        if (value < minimum || value > maximum) {
            throw new IllegalArgumentException(key + " is " + minimum + " to " + maximum + ", not " + value);
        }
        return value;
    }

    private static Duration seconds(int minimum, String key, int value) {
        return Duration.ofSeconds(atLeast(minimum, key, value));
    }
}
