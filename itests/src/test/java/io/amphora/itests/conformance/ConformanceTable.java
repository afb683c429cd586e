// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.Ignore;
import org.junit.Test;

/** Which test shows which statement, as a page in Markdown. Immutable. */
final class ConformanceTable {

    private static final String HEAD = """
        # Conformance

        What the OASIS specifications of MQTT ask of a server, statement by statement, and the test that shows it in a dialogue over
        a raw socket with the running distribution (`itests`, package `conformance`). The summaries are ours; the texts of OASIS are what
        counts. This page is generated from the tests and the lists of statements beside them: a test fails when it is not what
        would be generated. To write it anew:

            mvn verify -pl itests -am -Dit.test=ConformanceTableIT -Dconformance.write=true
        """;

    private final List<Method> tests;

    ConformanceTable(List<Class<?>> classes) {
        tests = classes.stream()
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Test.class))
                .sorted(Comparator.comparing(ConformanceTable::name))
                .toList();
    }

    /** Numbers that tests name and no specification has, with their tests. */
    List<String> unknown() {
        List<String> unknown = new ArrayList<>();
        for (Specification specification : Specification.ALL) {
            Map<String, String> known = specification.ofServers();
            for (Method test : tests) {
                Arrays.stream(specification.numbers(test))
                        .filter(number -> !known.containsKey(number))
                        .forEach(number -> unknown.add(name(test) + ": " + specification.title() + " " + number));
            }
        }
        return unknown;
    }

    /** Tests that show nothing. */
    List<String> idle() {
        return tests.stream()
                .filter(test -> !test.isAnnotationPresent(Statement.class))
                .map(ConformanceTable::name)
                .toList();
    }

    String page() {
        StringBuilder page = new StringBuilder(HEAD);
        for (Specification specification : Specification.ALL) {
            append(page, specification);
        }
        return page.toString();
    }

    private void append(StringBuilder page, Specification specification) {
        Map<String, List<String>> shown = shown(specification);
        Map<String, String> statements = specification.ofServers();
        page.append("\n## ").append(specification.title()).append("\n\n");
        long exempt = specification.exempt().keySet().stream()
                .filter(number -> !shown.containsKey(number))
                .count();
        page.append("Of ").append(statements.size()).append(" statements that bind a server, ");
        page.append(shown.size()).append(" are shown, ");
        page.append(exempt).append(" do not apply to this one, and ");
        page.append(statements.size() - shown.size() - exempt).append(" are not shown yet.\n\n");
        page.append("| statement | in short | shown by |\n|---|---|---|\n");
        statements.forEach((number, summary) -> page.append("| MQTT-")
                .append(number)
                .append(" | ")
                .append(summary)
                .append(" | ")
                .append(String.join("<br>", shown.getOrDefault(number, List.of(unshown(specification, number)))))
                .append(" |\n"));
        page.append("\nBinding clients only: ");
        page.append(String.join(", ", specification.ofClients())).append(".\n");
    }

    private static String unshown(Specification specification, String number) {
        String reason = specification.exempt().get(number);
        return reason == null ? "**not shown yet**" : "does not apply: " + reason;
    }

    /** A test that does not run shows nothing. */
    private Map<String, List<String>> shown(Specification specification) {
        Map<String, List<String>> shown = new TreeMap<>();
        for (Method test : tests) {
            if (!test.isAnnotationPresent(Ignore.class)) {
                for (String number : specification.numbers(test)) {
                    shown.computeIfAbsent(number, key -> new ArrayList<>()).add(name(test));
                }
            }
        }
        return shown;
    }

    private static String name(Method test) {
        return test.getDeclaringClass().getSimpleName() + "." + test.getName();
    }
}
