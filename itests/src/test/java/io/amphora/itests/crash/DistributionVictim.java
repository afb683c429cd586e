// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import io.amphora.itests.RunningAmphora;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The real distribution. Confined to the test's thread. */
public final class DistributionVictim implements Victim {

    /** Makes it start with less of the processor's time. */
    private static final String FAST_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC ";

    private final RunningAmphora amphora;

    /** Starts once on a new directory, so that the settings are there, and ends it. */
    public DistributionVictim(Path data) throws IOException, InterruptedException {
        amphora = RunningAmphora.start(data);
        amphora.stop();
        Path properties = data.resolve("etc/config.properties");
        String delegation = "org.osgi.framework.bootdelegation";
        String packages = Settings.read(properties).getProperty(delegation);
        Settings.put(properties, delegation, packages + ", org.jboss.byteman.*");
    }

    @Override
    public boolean start(String rules) throws IOException, InterruptedException {
        amphora.useJavaOptions(FAST_START + Agent.option(data(), rules));
        try {
            amphora.restart();
            return true;
        } catch (IOException e) {
            if (exitCode() == ENDED_AT_POINT) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void kill9() throws IOException, InterruptedException {
        if (amphora.isRunning()) {
            amphora.kill9();
        }
    }

    @Override
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return amphora.awaitEnd(patience);
    }

    @Override
    public int exitCode() {
        return amphora.exitCode();
    }

    @Override
    public int port() throws IOException {
        return amphora.port();
    }

    @Override
    public Path data() {
        return amphora.data();
    }

    @Override
    public void close() throws IOException {
        amphora.close();
    }

    @Override
    public String toString() {
        return "distribution";
    }
}
