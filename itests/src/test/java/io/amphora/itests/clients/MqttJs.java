// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assume.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.Timeout;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/** MQTT.js on Node.js, by a script that publishes to itself in every QoS. */
@RunWith(Parameterized.class)
public final class MqttJs {

    private static final Path HOME = Path.of(System.getProperty("amphora.home"), "itests");
    private static final Path INSTALLED = HOME.resolve("target/npm");

    @Rule
    public final Timeout timeout = Timeout.seconds(120);

    private final Transport transport;
    private final int version;

    public MqttJs(Transport transport, int version) {
        this.transport = transport;
        this.version = version;
    }

    @Parameters(name = "{0} version {1}")
    public static List<Object[]> rows() {
        return Arrays.stream(Transport.values())
                .flatMap(transport -> Stream.of(3, 4, 5).map(version -> new Object[] {transport, version}))
                .toList();
    }

    @Test
    public void receivesWhatItPublishes() throws Exception {
        assumeTrue("node is not installed", Tool.isThere("node"));
        assumeTrue(
                "MQTT.js is not installed in " + INSTALLED + ": run .ci/prepare, which needs npm",
                Files.isDirectory(INSTALLED.resolve("node_modules/mqtt")));
        Path script = INSTALLED.resolve("roundtrip.js");
        Files.write(script, Files.readAllBytes(HOME.resolve("src/test/npm/roundtrip.js")));
        List<String> command = List.of("node", script.toString(), transport.url("mqtt"), Integer.toString(version));
        assertEquals("ok\n", Tool.run(INSTALLED, command));
    }
}
