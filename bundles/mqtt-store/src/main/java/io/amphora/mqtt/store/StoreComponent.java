// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.store;

import io.amphora.mqtt.spi.SessionStore;
import io.amphora.settings.In;
import io.amphora.settings.Settings;
import io.amphora.settings.Unit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The session store of a directory. Thread-safe. */
@Component(
        name = "io.amphora.mqtt.store",
        configurationPid = "io.amphora.mqtt.store",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = SessionStore.class)
@Designate(ocd = StoreComponent.Config.class)
public final class StoreComponent implements SessionStore {

    private static final Logger LOG = LoggerFactory.getLogger(StoreComponent.class);

    /** The settings of the store; a change of them ends all connections. */
    @ObjectClassDefinition(name = "Amphora session store")
    public @interface Config {

        @AttributeDefinition(description = "Directory of the store")
        String root();

        @AttributeDefinition(
                description =
                        "What is acknowledged survives: os, the end of the process; fsync, that of the machine, at"
                                + " the price of a sync for each group of changes",
                options = {@Option("os"), @Option("fsync")})
        String durability() default "os";

        @AttributeDefinition(description = "Bytes after which the log goes on in another file, 65536 to 1073741824")
        @In(Unit.BYTES)
        int segment__bytes() default 16_777_216;
    }

    private final LogSessionStore store;

    @Activate
    public StoreComponent(Map<String, Object> properties) throws IOException {
        this(open(properties));
    }

    StoreComponent(Path root, boolean fsync, int segmentBytes) throws IOException {
        this(open(root, fsync, segmentBytes));
    }

    private StoreComponent(LogSessionStore store) {
        this.store = store;
    }

    private static LogSessionStore open(Map<String, Object> properties) throws IOException {
        return Settings.use(
                Config.class,
                properties,
                config -> open(required(config.root()), fsync(config.durability()), config.segment__bytes()));
    }

    private static LogSessionStore open(Path root, boolean fsync, int segmentBytes) throws IOException {
        if (segmentBytes < 1 << 16 || segmentBytes > 1 << 30) {
            throw new IllegalArgumentException(
                    "segment_bytes = " + segmentBytes + " is not within 65536 to 1073741824");
        }
        SegmentedLog log = new SegmentedLog(root, segmentBytes, fsync);
        LOG.info("Opened the session store in {} ({} records in {} bytes)", root, log.records(), log.length());
        return new LogSessionStore(log);
    }

    private static Path required(String root) {
        if (root == null || root.isEmpty()) {
            throw new IllegalArgumentException("root: required");
        }
        return Path.of(root);
    }

    private static boolean fsync(String durability) {
        return switch (durability) {
            case "os" -> false;
            case "fsync" -> true;
            default -> throw new IllegalArgumentException("durability is os or fsync, not " + durability);
        };
    }

    @Deactivate
    void close() throws IOException {
        store.close();
    }

    @Override
    public void read(Reader reader) throws IOException {
        store.read(reader);
    }

    @Override
    public CompletionStage<Void> write(List<Change> changes) {
        return store.write(changes);
    }
}
