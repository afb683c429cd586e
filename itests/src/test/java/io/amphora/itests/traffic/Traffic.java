// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import io.amphora.itests.load.Options;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is published, by and to how many. Immutable.
 *
 * @param shape who receives what
 * @param window messages of a publisher that wait for their acknowledgement at most
 * @param credit messages that a publisher of QoS 0 is ahead of its subscribers at most; 0 for any number
 * @param rate messages a second of all publishers together; 0 for as many as possible
 * @param payload bytes
 * @param warmUp seconds before it is measured
 * @param seconds that are measured
 */
record Traffic(
        String name,
        Shape shape,
        int clients,
        int qos,
        int window,
        int credit,
        int rate,
        int payload,
        double warmUp,
        double seconds) {

    /** Who receives what. */
    enum Shape {
        /** Each publisher has a subscriber of its own. */
        PAIRS,
        /** The same, and its session outlives connection and process. */
        KEPT_PAIRS,
        /** One publisher, many subscribers. */
        FAN_OUT,
        /** Many publishers, one subscriber. */
        FAN_IN,
        /** The same, and the subscriber reads slowly. */
        SLOW
    }

    /** So few messages take that long until a Java broker, and the generator, have compiled what they run. */
    private static final double LATENCY_WARM_UP = 30;

    static final List<Traffic> STANDARD = List.of(
            new Traffic("latency", Shape.PAIRS, 16, 1, 4_096, 0, 2_000, 256, LATENCY_WARM_UP, 10),
            of("pairs-qos0", Shape.PAIRS, 16, 0, 0, 200),
            of("pairs-qos1", Shape.PAIRS, 16, 1, 64, 0),
            of("pairs-qos2", Shape.PAIRS, 16, 2, 64, 0),
            of("fan-out-qos0", Shape.FAN_OUT, 1_000, 0, 0, 50),
            of("fan-out-qos1", Shape.FAN_OUT, 1_000, 1, 64, 0),
            of("fan-in-qos1", Shape.FAN_IN, 1_000, 1, 16, 0),
            of("fan-in-flood", Shape.FAN_IN, 1_000, 0, 0, 0));

    /** Four publishers, and a subscriber that takes one or two thousand messages a second. */
    static final Traffic SLOW_SUBSCRIBER = new Traffic("slow", Shape.SLOW, 4, 1, 64, 0, 0, 256, 1, 5);

    /** Every message goes through the session store; not among those for all brokers, who promise different things here. */
    static final Traffic PERSISTENT = of("persistent-qos1", Shape.KEPT_PAIRS, 16, 1, 64, 0);

    Traffic {
        if (payload < Stamp.BYTES || qos < 0 || qos > 2 || clients < 1 || window >= Short.MAX_VALUE) {
            throw new IllegalArgumentException("cannot be sent: " + name);
        }
    }

    private static Traffic of(String name, Shape shape, int clients, int qos, int window, int credit) {
        return new Traffic(name, shape, clients, qos, window, credit, 0, 256, 3, 3);
    }

    static Traffic standard(String name) {
        return Stream.concat(STANDARD.stream(), Stream.of(SLOW_SUBSCRIBER, PERSISTENT))
                .filter(traffic -> traffic.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scenario: " + name));
    }

    Traffic with(Options options) {
        return new Traffic(
                name,
                shape,
                options.number("clients", clients),
                qos,
                options.number("window", window),
                options.number("credit", credit),
                options.number("rate", rate),
                options.number("payload", payload),
                options.text("warm").map(Double::parseDouble).orElse(warmUp),
                options.text("seconds").map(Double::parseDouble).orElse(seconds));
    }

    boolean isPairs() {
        return shape == Shape.PAIRS || shape == Shape.KEPT_PAIRS;
    }

    /** Whether the sessions of subscribers end with their connections. */
    boolean isForgotten() {
        return shape != Shape.SLOW && shape != Shape.KEPT_PAIRS;
    }

    int publishers() {
        return shape == Shape.FAN_OUT ? 1 : clients;
    }

    int subscribers() {
        return shape == Shape.FAN_IN || shape == Shape.SLOW ? 1 : clients;
    }

    /** Subscribers of each message. */
    int copies() {
        return shape == Shape.FAN_OUT ? clients : 1;
    }
}
