// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.container;

import io.amphora.itests.DeliveredFiles;
import io.amphora.itests.Waiting;
import io.amphora.transfer.spi.Exporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Local exporters that a test makes, changes and removes through ConfigurationAdmin. Confined to the test's thread. */
final class LocalExporters implements AutoCloseable {

    private static final String PID = "io.amphora.export.local";

    private final BundleContext context;
    private final ConfigurationAdmin configurations;
    private final String selector;
    private final Path parent;
    private final Map<String, Configuration> made = new HashMap<>();

    /**
     * @param selector of each of them
     * @param parent where their roots are
     */
    LocalExporters(BundleContext context, ConfigurationAdmin configurations, String selector, Path parent) {
        this.context = context;
        this.configurations = configurations;
        this.selector = selector;
        this.parent = parent;
    }

    /** Makes an exporter, or changes the one of that name. Returns at once. */
    DeliveredFiles set(String name, String root) throws IOException {
        Configuration configuration = made.get(name);
        if (configuration == null) {
            configuration = configurations.getFactoryConfiguration(PID, name, "?");
            made.put(name, configuration);
        }
        DeliveredFiles files = new DeliveredFiles(parent.resolve(root));
        Map<String, String> settings =
                Map.of(Exporter.NAME, name, "root", files.root().toString(), "selector", selector);
        configuration.update(FrameworkUtil.asDictionary(settings));
        return files;
    }

    /** Removes an exporter. Returns at once. */
    void remove(String name) throws IOException {
        made.remove(name).delete();
    }

    void awaitAbsence(String name) throws Exception {
        String filter = "(" + Exporter.NAME + "=" + name + ")";
        Waiting.until("the exporter " + name + " is gone", () -> context.getServiceReferences(Exporter.class, filter)
                .isEmpty());
    }

    /** Removes those that are left. */
    @Override
    public void close() throws IOException {
        for (Configuration configuration : made.values()) {
            configuration.delete();
        }
    }
}
