// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One of the specifications, with its normative statements in our words, by number. Immutable. */
final class Specification {

    static final List<Specification> ALL = List.of(
            new Specification("MQTT 3.1.1", "mqtt-3.1.1.txt", Statement::mqtt311),
            new Specification("MQTT 5.0", "mqtt-5.0.txt", Statement::mqtt5));

    private static final String OF_CLIENTS = "-";

    private final String title;
    private final Function<Statement, String[]> numbers;
    private final Map<String, String> ofServers = new LinkedHashMap<>();
    private final Map<String, String> exempt = new LinkedHashMap<>();
    private final List<String> ofClients = new ArrayList<>();

    private Specification(String title, String resource, Function<Statement, String[]> numbers) {
        this.title = title;
        this.numbers = numbers;
        try (InputStream in = Specification.class.getResourceAsStream(resource)) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(line -> add(line.split("\t", -1)));
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** @param fields number, summary or a dash, and, where it does not apply to this server, the reason */
    private void add(String... fields) {
        if (fields[1].equals(OF_CLIENTS)) {
            ofClients.add(fields[0]);
        } else {
            ofServers.put(fields[0], fields[1]);
        }
        if (fields.length > 2) {
            exempt.put(fields[0], fields[2]);
        }
    }

    String title() {
        return title;
    }

    /** What binds a server, in the order of the text. */
    Map<String, String> ofServers() {
        return Collections.unmodifiableMap(ofServers);
    }

    /** What binds servers of another kind only, and how this one differs. */
    Map<String, String> exempt() {
        return Collections.unmodifiableMap(exempt);
    }

    /** The numbers of what binds clients only. */
    List<String> ofClients() {
        return List.copyOf(ofClients);
    }

    /** The numbers that a test names; none if it is not annotated. */
    String[] numbers(Method test) {
        Statement statement = test.getAnnotation(Statement.class);
        return statement == null ? new String[0] : numbers.apply(statement);
    }
}
