// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import io.amphora.transfer.spi.Exporter;
import io.amphora.transfer.spi.ExporterSettings;
import io.amphora.transfer.spi.ExporterStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Constants;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/**
 * The exporters that their configuration keeps from starting: components that failed. They are down since they offered
 * their service with that configuration, which is when their start was tried. Thread-safe.
 */
final class FailedExporters {

    private final ServiceComponentRuntime components;
    private final Clock clock;
    private final Map<String, Instant> offered = new ConcurrentHashMap<>();

    FailedExporters(ServiceComponentRuntime components, Clock clock) {
        this.components = components;
        this.clock = clock;
    }

    /** A component with that PID offers its service, or does so with another configuration. */
    void offered(String pid) {
        offered.put(pid, clock.instant());
    }

    /** It offers it no more. */
    void withdrawn(String pid) {
        offered.remove(pid);
    }

    List<ExporterStatus> statuses() {
        return components.getComponentDescriptionDTOs().stream()
                .filter(FailedExporters::isExporter)
                .flatMap(description -> components.getComponentConfigurationDTOs(description).stream())
                .filter(configuration -> configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION)
                .map(this::status)
                .toList();
    }

    private static boolean isExporter(ComponentDescriptionDTO description) {
        return Arrays.asList(description.serviceInterfaces).contains(Exporter.class.getName());
    }

    private ExporterStatus status(ComponentConfigurationDTO configuration) {
        Instant since = offered.getOrDefault(pid(configuration), clock.instant()); // withdrawn since it was listed
        String name = ExporterSettings.nameOf(configuration.properties.get(Exporter.NAME), configuration.properties);
        return ExporterStatus.down(name, "not started: " + cause(configuration.failure), since);
    }

    private static String pid(ComponentConfigurationDTO configuration) {
        return String.valueOf(configuration.properties.get(Constants.SERVICE_PID));
    }

    /** What the component threw, of a stack trace: its message is for people, that of its causes need not be. */
    static String cause(String trace) {
        return trace.lines()
                .filter(line -> !line.startsWith("\t") && !line.contains("InvocationTargetException"))
                .findFirst()
                .orElse("for no known reason")
                .replaceFirst(
                        "^(Caused by: )?((java\\.(lang|io)\\.\\w+|io\\.amphora\\.settings\\.Setting)Exception: )?", "");
    }
}
