// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import io.amphora.itests.RunningAmphora;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Amphora's distribution, by its script. Confined to one thread. */
final class AmphoraProcess implements RunningBroker {

    private static final String SETTINGS = "etc/io.amphora.mqtt.broker.cfg";

    private final RunningAmphora amphora;

    private AmphoraProcess(RunningAmphora amphora) {
        this.amphora = amphora;
    }

    /** @param settings of the broker that differ from the defaults */
    static AmphoraProcess start(Path directory, Map<String, String> settings) throws IOException, InterruptedException {
        AmphoraProcess process = new AmphoraProcess(RunningAmphora.start(directory));
        if (!settings.isEmpty()) {
            process.amphora.stop();
            Path file = directory.resolve(SETTINGS);
            StringBuilder text = new StringBuilder(Files.readString(file));
            settings.forEach(
                    (key, value) -> text.append(key).append(" = ").append(value).append('\n'));
            Files.writeString(file, text);
            process.amphora.restart();
        }
        return process;
    }

    @Override
    public String title() throws IOException {
        return "Amphora";
    }

    @Override
    public int port() throws IOException {
        return amphora.port();
    }

    @Override
    public long pid() throws IOException {
        return amphora.broker().pid();
    }

    @Override
    public void close() throws IOException {
        amphora.close();
    }
}
