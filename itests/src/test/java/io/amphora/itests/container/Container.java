// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.container;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.CoreOptions.systemTimeout;
import static org.ops4j.pax.exam.CoreOptions.vmOption;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.keepRuntimeFolder;

import io.amphora.itests.FreePort;
import io.amphora.s3.testing.S3Server;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.ops4j.pax.exam.Option;

/** The assembled distribution for Pax Exam. Every class returns the same options, so that all share one container. */
final class Container {

    private static final String MAVEN = "etc/org.ops4j.pax.url.mvn.cfg";
    private static final String KARAF = System.getProperty("karaf.version");
    private static final Option[] OPTIONS =
            Stream.concat(distribution(), virtualMachine()).toArray(Option[]::new);

    private Container() {}

    static Option[] options() {
        return Arrays.copyOf(OPTIONS, OPTIONS.length);
    }

    private static Stream<Option> distribution() {
        int port = FreePort.next();
        return Stream.of(
                karafDistributionConfiguration()
                        .frameworkUrl("file:" + System.getProperty("amphora.distribution"))
                        .name("Amphora")
                        .unpackDirectory(new File("target/container"))
                        .useDeployFolder(false),
                keepRuntimeFolder(),
                systemTimeout(60_000),
                configureConsole().ignoreLocalConsole().ignoreRemoteShell(),
                editConfigurationFilePut("etc/io.amphora.mqtt.listener-tcp.cfg", "port", Integer.toString(port)),
                systemProperty(Inside.PORT).value(Integer.toString(port)),
                // Files of such clients are left to the exporters that a test makes.
                editConfigurationFilePut(
                        "etc/io.amphora.export.local-default.cfg",
                        "selector",
                        "(!(client_id=" + Inside.OWN_CLIENT + "*))"),
                jar(org.eclipse.paho.client.mqttv3.MqttAsyncClient.class),
                jar(org.eclipse.paho.mqttv5.client.MqttAsyncClient.class),
                jar(S3Server.class),
                systemProperty(S3Server.LIBRARIES).value(s3Libraries()),
                systemProperty(Inside.SWAPS)
                        .value(Integer.getInteger(Inside.SWAPS, Inside.FEW_SWAPS)
                                .toString()),
                editConfigurationFilePut(
                        "etc/io.amphora.mqtt.listener-ws.cfg", "port", Integer.toString(FreePort.next())),
                // Pax Exam's own bundles come from the repository that the build has filled.
                editConfigurationFilePut(
                        MAVEN,
                        "org.ops4j.pax.url.mvn.localRepository",
                        System.getProperty("org.ops4j.pax.url.mvn.localRepository")),
                editConfigurationFilePut(MAVEN, "org.ops4j.pax.url.mvn.repositories", ""));
    }

    private static String s3Libraries() {
        try {
            return S3Server.libraries().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What has a class, as a bundle. */
    private static Option jar(Class<?> type) {
        try {
            return bundle(OpenBundle.of(type, Path.of("target/open")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What {@code bin/karaf} passes to the JVM. */
    private static Stream<Option> virtualMachine() {
        return Stream.of(
                        "--add-reads=java.xml=java.logging",
                        "--add-exports=java.base/org.apache.karaf.specs.locator=java.xml,ALL-UNNAMED",
                        "--patch-module",
                        "java.base=lib/endorsed/org.apache.karaf.specs.locator-" + KARAF + ".jar",
                        "--patch-module",
                        "java.xml=lib/endorsed/org.apache.karaf.specs.java.xml-" + KARAF + ".jar",
                        "--add-opens",
                        "java.base/java.security=ALL-UNNAMED",
                        "--add-opens",
                        "java.base/java.net=ALL-UNNAMED",
                        "--add-opens",
                        "java.base/java.lang=ALL-UNNAMED",
                        "--add-opens",
                        "java.base/java.util=ALL-UNNAMED",
                        "--add-opens",
                        "java.naming/javax.naming.spi=ALL-UNNAMED",
                        "--add-opens",
                        "java.rmi/sun.rmi.transport.tcp=ALL-UNNAMED",
                        "--add-exports=java.base/sun.net.www.protocol.http=ALL-UNNAMED",
                        "--add-exports=java.base/sun.net.www.protocol.https=ALL-UNNAMED",
                        "--add-exports=java.base/sun.net.www.protocol.jar=ALL-UNNAMED",
                        "-classpath",
                        String.join(File.pathSeparator, "lib/jdk9plus/*", "lib/boot/*", "lib/endorsed/*"))
                .map(option -> vmOption(option));
    }
}
