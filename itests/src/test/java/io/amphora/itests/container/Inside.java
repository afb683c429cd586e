// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.container;

import java.nio.file.Path;

/** What a test inside the container knows of it. Immutable. */
final class Inside {

    /** The system property that tells the port of the MQTT listener. */
    static final String PORT = "amphora.port";

    /** How the ids of clients begin whose files the shipped exporter does not take. */
    static final String OWN_CLIENT = "own-";

    /** The system property that tells how many swaps there are to be under load. */
    static final String SWAPS = "amphora.swaps";

    /** As many as a build has time for. */
    static final int FEW_SWAPS = 60;

    private Inside() {}

    /** Where the MQTT listener is. */
    static String url() {
        return "tcp://127.0.0.1:" + System.getProperty(PORT);
    }

    /** A path below the data directory. */
    static Path data(String name) {
        return Path.of(System.getProperty("karaf.base"), name);
    }
}
