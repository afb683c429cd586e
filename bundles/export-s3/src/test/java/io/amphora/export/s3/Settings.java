// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import java.util.HashMap;
import java.util.Map;

/** Settings as an operator would write them: some keys, and the defaults for the others. Immutable. */
final class Settings {

    private final Map<String, Object> values;

    private Settings(Map<String, Object> values) {
        this.values = values;
    }

    /** Nothing but defaults. */
    static Settings defaults() {
        return new Settings(Map.of("bucket", "bucket"));
    }

    /** The same but for one key, spelt as in the file. */
    Settings with(String key, Object value) {
        Map<String, Object> more = new HashMap<>(values);
        more.put(key, value);
        return new Settings(more);
    }

    S3Settings parse() {
        return S3Settings.of(properties());
    }

    /** As Config Admin delivers them. */
    Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>(values);
        properties.put("service.pid", S3Exporter.PID + "~test");
        properties.put("service.factoryPid", S3Exporter.PID);
        return properties;
    }
}
