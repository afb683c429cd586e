// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import io.amphora.transfer.spi.Exporter;
import io.amphora.transfer.spi.ExporterSettings;
import io.amphora.transfer.spi.ExporterStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/**
 * The exporters that their configuration keeps from starting: components that failed. They are down since somebody asked
 * first. Thread-safe.
 */
final class FailedExporters {

    private final ServiceComponentRuntime components;
    private final Clock clock;
    private Map<String, Instant> seen = new HashMap<>(); // guarded by this

    FailedExporters(ServiceComponentRuntime components, Clock clock) {
        this.components = components;
        this.clock = clock;
    }

    synchronized List<ExporterStatus> statuses() {
        Map<String, Instant> before = seen;
        seen = new HashMap<>();
        return components.getComponentDescriptionDTOs().stream()
                .filter(FailedExporters::isExporter)
                .flatMap(description -> components.getComponentConfigurationDTOs(description).stream())
                .filter(configuration -> configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION)
                .map(configuration -> status(configuration, before))
                .toList();
    }

    private static boolean isExporter(ComponentDescriptionDTO description) {
        return Arrays.asList(description.serviceInterfaces).contains(Exporter.class.getName());
    }

    private ExporterStatus status(ComponentConfigurationDTO configuration, Map<String, Instant> before) {
        String name = ExporterSettings.nameOf(configuration.properties.get(Exporter.NAME), configuration.properties);
        String why = "not started: " + cause(configuration.failure);
        Instant since = before.getOrDefault(name + why, clock.instant());
        seen.put(name + why, since);
        return ExporterStatus.down(name, why, since);
    }

    /** What the component threw, of a stack trace: its message is for people, that of its causes need not be. */
    static String cause(String trace) {
        return trace.lines()
                .filter(line -> !line.startsWith("\t") && !line.contains("InvocationTargetException"))
                .findFirst()
                .orElse("for no known reason")
                .replaceFirst("^(Caused by: )?(java\\.(lang|io)\\.\\w+Exception: )?", "");
    }
}
