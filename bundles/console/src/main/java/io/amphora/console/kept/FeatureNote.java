// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console.kept;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the operator's choice of features differs from the distribution's: repositories added, features installed, each as
 * {@code name/version}, and features removed, each by name. Immutable.
 */
record FeatureNote(Set<String> repositories, Set<String> installed, Set<String> removed) {

    static final FeatureNote EMPTY = new FeatureNote(Set.of(), Set.of(), Set.of());

    private static final String TITLE = "# Features that were installed and removed; kept by the broker.\n";
    private static final String REPOSITORY = "repository ";
    private static final String INSTALLED = "installed ";
    private static final String REMOVED = "removed ";

    FeatureNote {
        repositories = Set.copyOf(repositories);
        installed = Set.copyOf(installed);
        removed = Set.copyOf(removed);
    }

    static FeatureNote parse(String text) {
        return new FeatureNote(lines(text, REPOSITORY), lines(text, INSTALLED), lines(text, REMOVED));
    }

    private static Set<String> lines(String text, String word) {
        return text.lines()
                .filter(line -> line.startsWith(word))
                .map(line -> line.substring(word.length()).strip())
                .collect(Collectors.toSet());
    }

    String text() {
        return TITLE + text(REPOSITORY, repositories) + text(INSTALLED, installed) + text(REMOVED, removed);
    }

    private static String text(String word, Set<String> values) {
        return values.stream().sorted().map(value -> word + value + "\n").collect(Collectors.joining());
    }

    FeatureNote with(FeatureNote other) {
        return new FeatureNote(
                union(repositories, other.repositories),
                union(installed, other.installed),
                union(removed, other.removed));
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        return Stream.concat(one.stream(), other.stream()).collect(Collectors.toCollection(TreeSet::new));
    }
}
