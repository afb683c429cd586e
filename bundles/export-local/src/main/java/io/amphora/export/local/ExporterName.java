// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import java.util.Map;
import org.osgi.framework.Constants;

/** The name of an exporter. */
final class ExporterName {

    private ExporterName() {}

    /** The one that was configured, else the part of the configuration's PID that tells it from its siblings. */
    static String of(String configured, Map<String, Object> properties) {
        if (configured != null && !configured.isBlank()) {
            return configured;
        }
        String pid = String.valueOf(properties.get(Constants.SERVICE_PID));
        return pid.length() > LocalExporter.PID.length() + 1 && pid.startsWith(LocalExporter.PID)
                ? pid.substring(LocalExporter.PID.length() + 1)
                : pid;
    }
}
