// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console.kept;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.service.cm.ConfigurationAdmin;

/** The repositories, and the names of the features, that the distribution itself installs. Immutable. */
record BootFeatures(Set<String> repositories, Set<String> names) {

    private static final String PID = "org.apache.karaf.features";

    static BootFeatures configured(ConfigurationAdmin configurations) {
        try {
            Dictionary<String, Object> properties =
                    configurations.getConfiguration(PID, null).getProperties();
            if (properties == null) {
                return new BootFeatures(Set.of(), Set.of());
            }
            return of(value(properties, "featuresRepositories"), value(properties, "featuresBoot"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lists with commas; parentheses make stages of features. */
    static BootFeatures of(String repositories, String features) {
        return new BootFeatures(
                items(repositories),
                items(features.replaceAll("[()]", ",")).stream()
                        .map(feature -> feature.replaceFirst("/.*", ""))
                        .collect(Collectors.toSet()));
    }

    private static Set<String> items(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .collect(Collectors.toSet());
    }

    private static String value(Dictionary<String, Object> properties, String key) {
        Object value = properties.get(key);
        return value == null ? "" : value.toString();
    }
}
