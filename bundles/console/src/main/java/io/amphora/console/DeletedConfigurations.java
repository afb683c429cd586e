// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.SynchronousConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the file of a configuration that is deleted, as by {@code config:delete}: File Install does not write, and would
 * make the configuration again from the file at the next start. The file is gone before the deletion returns, so that
 * whatever is made next under its name stays. Thread-safe.
 */
@Component(service = SynchronousConfigurationListener.class, immediate = true)
public final class DeletedConfigurations implements SynchronousConfigurationListener {

    private static final Logger LOG = LoggerFactory.getLogger(DeletedConfigurations.class);

    /** Where File Install and the shell note the file of a configuration. */
    private static final String FILE = "felix.fileinstall.filename";

    private static final String FILE_INSTALL = "org.apache.felix.fileinstall.";

    private final ConfigurationAdmin configurations;
    private final Map<String, Path> files = new ConcurrentHashMap<>();

    @Activate
    public DeletedConfigurations(@Reference ConfigurationAdmin configurations) {
        this.configurations = configurations;
        note("(" + FILE + "=*)");
    }

    /** On the thread that changes the configuration, while it does. */
    @Override
    public void configurationEvent(ConfigurationEvent event) {
        switch (event.getType()) {
            case ConfigurationEvent.CM_UPDATED -> note("(service.pid=" + event.getPid() + ")");
            case ConfigurationEvent.CM_DELETED -> deleted(event.getPid());
            default -> {}
        }
    }

    private void note(String filter) {
        try {
            Configuration[] found = configurations.listConfigurations(filter);
            for (Configuration each : found == null ? new Configuration[0] : found) {
                fileOf(each).ifPresent(file -> files.put(each.getPid(), file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Optional<Path> fileOf(Configuration configuration) {
        Dictionary<String, Object> properties = configuration.getProperties();
        return Optional.ofNullable(properties)
                .map(known -> known.get(FILE))
                .map(file -> Path.of(URI.create(file.toString())));
    }

    private void deleted(String pid) {
        Path file = files.remove(pid);
        if (file == null || isByFileInstall()) {
            return;
        }
        try {
            if (Files.deleteIfExists(file)) {
                LOG.info("Deleted {}, whose configuration was deleted", file);
            }
        } catch (IOException e) {
            LOG.error(
                    "Failed to delete {}, whose configuration was deleted: it counts again at the next start", file, e);
        }
    }

    /** File Install deletes a configuration after its file: one of that name is somebody's new configuration. */
    private static boolean isByFileInstall() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().startsWith(FILE_INSTALL)));
    }
}
