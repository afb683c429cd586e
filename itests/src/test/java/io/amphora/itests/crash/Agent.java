// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.byteman.agent.Main;

/** Byteman as an agent of another JVM. Immutable. */
final class Agent {

    private Agent() {}

    /** The option of the JVM that applies rules; empty without rules. */
    static String option(Path folder, String rules) throws IOException {
        if (rules.isEmpty()) {
            return "";
        }
        Path script = Files.writeString(folder.resolve("crash.btm"), rules);
        return "-javaagent:" + jar() + "=script:" + script + ",boot:" + jar();
    }

    private static Path jar() throws IOException {
        try {
            return Path.of(Main.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }
}
