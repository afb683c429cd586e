// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.settings;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The keys that a component understands, and the nearest of them to one that it does not. Immutable. */
final class KnownKeys {

    /** Keys that frameworks add to a configuration, or read from it. */
    private static final List<String> FRAMEWORK_PREFIXES =
            List.of("service.", "felix.", "component.", "osgi.", "org.apache.", ".");

    private static final List<String> FRAMEWORK_SUFFIXES = List.of(".target", ".cardinality.minimum");
    private static final Set<String> FRAMEWORK_KEYS = Set.of("objectClass");

    private final Set<String> keys;
    private final Set<String> silent;

    /** @param silent keys that are known but not suggested */
    KnownKeys(Set<String> keys, Set<String> silent) {
        this.keys = keys;
        this.silent = silent;
    }

    boolean isUnknown(String key) {
        return !keys.contains(key)
                && !silent.contains(key)
                && !FRAMEWORK_KEYS.contains(key)
                && FRAMEWORK_PREFIXES.stream().noneMatch(key::startsWith)
                && FRAMEWORK_SUFFIXES.stream().noneMatch(key::endsWith);
    }

    /** Returns the known key that somebody who wrote this one may have meant, if one is near. */
    Optional<String> nearest(String key) {
        String written = letters(key);
        return keys.stream()
                .min(Comparator.comparingInt((String known) -> distance(written, letters(known)))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(known -> distance(written, letters(known))
                        <= Math.max(1, letters(known).length() / 4));
    }

    /** Spelling only: {@code maxSpoolSize} and {@code max-spool-size} are {@code max_spool_size}. */
    private static String letters(String key) {
        return key.toLowerCase(Locale.ROOT).replaceAll("[_.-]", "");
    }

    /** Returns how many letters have to be inserted, removed, replaced or swapped with their neighbour. */
    private static int distance(String from, String to) {
        int[][] edits = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                edits[i][j] = i == 0 || j == 0 ? i + j : cheapest(edits, from, to, i, j);
            }
        }
        return edits[from.length()][to.length()];
    }

    private static int cheapest(int[][] edits, String from, String to, int i, int j) {
        int replaced = edits[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
        boolean swapped =
                i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
        return swapped ? Math.min(best, edits[i - 2][j - 2] + 1) : best;
    }
}
