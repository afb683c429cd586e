// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console.kept;

import java.net.URI;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.karaf.features.FeaturesService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The features of the running Karaf, compared with those of the distribution. Thread-safe. */
final class InstalledFeatures {

    private static final Logger LOG = LoggerFactory.getLogger(InstalledFeatures.class);

    /** A requirement of Karaf's: {@code feature:name/[version,version]}. */
    private static final Pattern REQUIREMENT = Pattern.compile("feature:([^/]+)(?:/\\[?([^,\\]]*).*)?");

    private final FeaturesService service;
    private final BootFeatures boot;

    InstalledFeatures(FeaturesService service, BootFeatures boot) {
        this.service = service;
        this.boot = boot;
    }

    FeatureNote note() {
        Map<String, String> required = required();
        Set<String> installed = required.entrySet().stream()
                .filter(each -> !boot.names().contains(each.getKey()))
                .map(each -> each.getKey() + each.getValue())
                .collect(Collectors.toSet());
        Set<String> removed = new HashSet<>(boot.names());
        removed.removeAll(required.keySet());
        Set<String> repositories = repositories();
        repositories.removeAll(boot.repositories());
        return new FeatureNote(repositories, installed, removed);
    }

    /** Installs and removes what the note says, and returns what failed. */
    FeatureNote restore(FeatureNote note) {
        Set<String> repositories = repositories();
        Map<String, String> required = required();
        return new FeatureNote(
                failing(note.repositories(), each -> {
                    if (!repositories.contains(each)) {
                        service.addRepository(URI.create(each));
                    }
                }),
                failing(note.installed(), each -> {
                    if (!required.containsKey(nameOf(each))) {
                        install(each);
                    }
                }),
                failing(note.removed(), each -> {
                    if (required.containsKey(each)) {
                        service.uninstallFeature(each + required.get(each));
                        LOG.info("Removed the feature {} again", each);
                    }
                }));
    }

    /** After an upgrade there is another version. */
    private void install(String feature) throws Exception {
        String name = nameOf(feature);
        String version = feature.substring(name.length()).replaceFirst("/", "");
        boolean isThere = !version.isEmpty() && service.getFeature(name, version) != null;
        String found = isThere ? feature : name;
        service.installFeature(found);
        LOG.info("Installed the feature {} again", found);
    }

    private interface Step {
        void take(String value) throws Exception;
    }

    /** One that fails keeps none of the others. */
    private static Set<String> failing(Set<String> values, Step step) {
        Set<String> failed = new TreeSet<>();
        for (String value : new TreeSet<>(values)) {
            try {
                step.take(value);
            } catch (Exception e) {
                LOG.error(
                        "Failed to restore {}, which had been chosen before; it is tried again at the next start",
                        value,
                        e);
                failed.add(value);
            }
        }
        return failed;
    }

    private static String nameOf(String feature) {
        return feature.replaceFirst("/.*", "");
    }

    private Set<String> repositories() {
        try {
            return Arrays.stream(service.listRequiredRepositories())
                    .map(repository -> repository.getURI().toString())
                    .collect(Collectors.toCollection(HashSet::new));
        } catch (Exception e) {
            throw new IllegalStateException("Karaf cannot tell its repositories of features", e);
        }
    }

    /** Names, and versions after a slash, of the features that were asked for. */
    private Map<String, String> required() {
        Map<String, String> required = new TreeMap<>();
        service.listRequirements()
                .getOrDefault(FeaturesService.ROOT_REGION, Set.of())
                .forEach(each -> {
                    Matcher requirement = REQUIREMENT.matcher(each);
                    if (requirement.matches()) {
                        String version = requirement.group(2);
                        required.put(requirement.group(1), version == null || version.isEmpty() ? "" : "/" + version);
                    }
                });
        return required;
    }
}
