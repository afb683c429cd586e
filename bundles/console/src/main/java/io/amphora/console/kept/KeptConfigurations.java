// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console.kept;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.List;
import java.util.stream.Stream;
import org.apache.felix.utils.properties.ConfigurationHandler;
import org.osgi.framework.Constants;
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
 * Keeps copies of configurations that programs made through Config Admin, and that have no file of their own: Config Admin
 * has them in Karaf's cache only. A copy is on the disk before the change returns; after the cache was made anew, the
 * configuration is made from it again. Thread-safe.
 */
@Component(service = SynchronousConfigurationListener.class, immediate = true)
public final class KeptConfigurations implements SynchronousConfigurationListener {

    private static final Logger LOG = LoggerFactory.getLogger(KeptConfigurations.class);

    private static final String FILE = "felix.fileinstall.filename";
    private static final String SUFFIX = ".kept";

    private final ConfigurationAdmin configurations;
    private final Path folder;

    @Activate
    public KeptConfigurations(@Reference ConfigurationAdmin configurations) throws IOException {
        this(configurations, Path.of(System.getProperty("karaf.etc"), "kept"));
    }

    KeptConfigurations(ConfigurationAdmin configurations, Path folder) throws IOException {
        this.configurations = configurations;
        this.folder = Files.createDirectories(folder);
        restore();
        for (Configuration each : list("(!(" + FILE + "=*))")) {
            keep(each);
        }
    }

    /** On the thread that changes the configuration, while it does. */
    @Override
    public void configurationEvent(ConfigurationEvent event) {
        try {
            if (event.getType() == ConfigurationEvent.CM_DELETED) {
                WholeFile.delete(copyOf(event.getPid()));
            } else if (event.getType() == ConfigurationEvent.CM_UPDATED) {
                for (Configuration each : list(byPid(event.getPid()))) {
                    keep(each);
                }
            }
        } catch (IOException e) {
            LOG.error("Failed to keep the configuration {}: a loss of power may lose the change", event.getPid(), e);
        }
    }

    private void keep(Configuration configuration) throws IOException {
        Path copy = copyOf(configuration.getPid());
        Dictionary<String, Object> properties = configuration.getProperties();
        if (properties == null || properties.get(FILE) != null) {
            WholeFile.delete(copy);
            return;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ConfigurationHandler.write(bytes, properties);
        WholeFile.replace(copy, bytes.toByteArray());
    }

    private void restore() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> copies =
                    files.filter(file -> file.toString().endsWith(SUFFIX)).toList();
            for (Path copy : copies) {
                restore(copy);
            }
        }
    }

    private void restore(Path copy) throws IOException {
        Dictionary<String, Object> properties = read(copy);
        String pid = (String) properties.remove(Constants.SERVICE_PID);
        String factory = (String) properties.remove(ConfigurationAdmin.SERVICE_FACTORYPID);
        if (!list(byPid(pid)).isEmpty()) {
            return;
        }
        Configuration configuration = make(pid, factory);
        configuration.update(properties);
        if (!configuration.getPid().equals(pid)) {
            keep(configuration);
            WholeFile.delete(copy);
        }
        LOG.info("Made the configuration {} again", configuration.getPid());
    }

    /** Only Config Admin makes up PIDs, so that one which it had made up is another now. */
    private Configuration make(String pid, String factory) throws IOException {
        if (factory == null) {
            return configurations.getConfiguration(pid, "?");
        }
        String named = factory + "~";
        return pid.startsWith(named)
                ? configurations.getFactoryConfiguration(factory, pid.substring(named.length()), "?")
                : configurations.createFactoryConfiguration(factory, "?");
    }

    @SuppressWarnings("unchecked")
    private static Dictionary<String, Object> read(Path copy) throws IOException {
        return (Dictionary<String, Object>)
                ConfigurationHandler.read(new ByteArrayInputStream(Files.readAllBytes(copy)));
    }

    private List<Configuration> list(String filter) throws IOException {
        try {
            Configuration[] found = configurations.listConfigurations(filter);
            return found == null ? List.of() : List.of(found);
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String byPid(String pid) {
        return "(" + Constants.SERVICE_PID + "=" + pid.replaceAll("([\\\\*()])", "\\\\$1") + ")";
    }

    private Path copyOf(String pid) {
        return folder.resolve(URLEncoder.encode(pid, StandardCharsets.UTF_8) + SUFFIX);
    }
}
