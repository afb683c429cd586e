// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;
import java.util.Map;
import org.osgi.framework.Constants;

/**
 * The settings that every exporter has: who it is, and which files it gets. Immutable.
 *
 * @param name unique among all exporters
 * @param selector which files it wants
 * @param required whether a fin waits for it
 */
public record ExporterSettings(String name, Selector selector, boolean required) {

    /** Where Config Admin says of which kind a configuration is one. */
    private static final String FACTORY_PID = "service.factoryPid";

    /**
     * The settings as a configuration spells them.
     *
     * @param name what {@code exporter.name} says, {@code null} or blank if nothing
     * @param selector what {@code selector} says, empty for every file
     * @param properties of the component, which tell the name if none is given
     * @throws IllegalArgumentException naming the setting that cannot be
     */
    public static ExporterSettings of(String name, String selector, boolean required, Map<String, Object> properties) {
        return new ExporterSettings(nameOf(name, properties), Selector.parse(selector), required);
    }

    /** The name that was given, else the part of the configuration's PID that tells it from its siblings. */
    public static String nameOf(Object given, Map<String, Object> properties) {
        if (given != null && !given.toString().isBlank()) {
            return given.toString();
        }
        String pid = String.valueOf(properties.get(Constants.SERVICE_PID));
        String factory = String.valueOf(properties.get(FACTORY_PID));
        return pid.length() > factory.length() + 1 && pid.startsWith(factory)
                ? pid.substring(factory.length() + 1)
                : pid;
    }

    /** Whether the file is wanted. */
    public boolean accepts(TransferId id, FileMeta meta, long size) {
        return selector.matches(id, meta, size);
    }
}
