// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Dictionary;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the file of a configuration that is deleted, as by {@code config:delete}: with File Install's writing back
 * switched off nobody else does, and at the next start the configuration would be there again. Thread-safe.
 */
@Component(service = ConfigurationListener.class, immediate = true)
public final class DeletedConfigurations implements ConfigurationListener {

    private static final Logger LOG = LoggerFactory.getLogger(DeletedConfigurations.class);

    /** Where File Install and the shell note the file of a configuration. */
    private static final String FILE = "felix.fileinstall.filename";

    private final ConfigurationAdmin configurations;
    private final Map<String, Known> files = new ConcurrentHashMap<>();

    /** A file as it was when the configuration last changed: what was written since is somebody's new configuration. */
    private record Known(Path path, FileTime written) {}

    @Activate
    public DeletedConfigurations(@Reference ConfigurationAdmin configurations) throws IOException {
        this.configurations = configurations;
        for (Configuration each : matching("(" + FILE + "=*)")) {
            note(each);
        }
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        String pid = event.getPid();
        try {
            switch (event.getType()) {
                case ConfigurationEvent.CM_UPDATED -> {
                    for (Configuration each : matching("(service.pid=" + pid + ")")) {
                        note(each);
                    }
                }
                case ConfigurationEvent.CM_DELETED -> deleteFile(pid);
                default -> {}
            }
        } catch (IOException e) {
            LOG.error("The file of {} may be out of date: it counts again at the next start", pid, e);
        }
    }

    private Configuration[] matching(String filter) throws IOException {
        try {
            Configuration[] found = configurations.listConfigurations(filter);
            return found == null ? new Configuration[0] : found;
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private void note(Configuration configuration) throws IOException {
        Dictionary<String, Object> properties = configuration.getProperties();
        Object file = properties == null ? null : properties.get(FILE);
        if (file != null) {
            Path path = Path.of(URI.create(file.toString()));
            if (Files.exists(path)) {
                files.put(configuration.getPid(), new Known(path, Files.getLastModifiedTime(path)));
            }
        }
    }

    private void deleteFile(String pid) throws IOException {
        Known file = files.remove(pid);
        if (file != null
                && Files.exists(file.path())
                && Files.getLastModifiedTime(file.path()).equals(file.written())
                && Files.deleteIfExists(file.path())) {
            LOG.info("Deleted {}, whose configuration was deleted", file.path());
        }
    }
}
