// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.situations;

import io.amphora.itests.ChangedSettings;
import io.amphora.itests.DeliveredFiles;
import io.amphora.itests.RunningAmphora;
import io.amphora.itests.Waiting;
import io.amphora.itests.wire.Body;
import io.amphora.itests.wire.Packet;
import io.amphora.itests.wire.RawClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;

/**
 * The distribution, started with the first class that asks for it and stopped with the last, so that a suite of classes
 * shares one. Confined to the tests' thread.
 */
final class SharedBroker extends ExternalResource {

    private static final TemporaryFolder FOLDER = new TemporaryFolder();
    private static RunningAmphora amphora;
    private static int users;

    @Override
    protected void before() throws Exception {
        if (users == 0) {
            FOLDER.create();
            amphora = RunningAmphora.start(Path.of(FOLDER.getRoot().getPath(), "data"));
        }
        users++;
    }

    @Override
    protected void after() {
        users--;
        if (users == 0) {
            try {
                amphora.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            } finally {
                FOLDER.delete();
            }
        }
    }

    RunningAmphora amphora() {
        return amphora;
    }

    InetSocketAddress address() throws IOException {
        return new InetSocketAddress(amphora.host(), amphora.port());
    }

    Device device(String clientId, Form form) throws IOException {
        return Device.connect(address(), clientId, form);
    }

    DeliveredFiles exports() {
        return new DeliveredFiles(amphora.exports());
    }

    /** What was delivered of a transfer whose ids need no escapes. */
    byte[] delivered(String clientId, String fileId, String name) throws IOException {
        return Files.readAllBytes(exports().pathOf(clientId, fileId, name));
    }

    /** How often a transfer was delivered. */
    long deliveries(String clientId, String fileId) throws IOException {
        return logged("Delivered " + clientId + "/" + fileId + ": ");
    }

    /** Lines of the log that hold this text. */
    long logged(String text) throws IOException {
        try (Stream<String> lines = Files.lines(amphora.log())) {
            return lines.filter(line -> line.contains(text)).count();
        }
    }

    /** Something that is changed for a while. */
    interface Change {

        /** Changes it and waits until that has taken effect; returns what changes it back. */
        Undo make() throws Exception;

        default Change and(Change other) {
            return () -> {
                Undo first = make();
                Undo second = other.make();
                return () -> {
                    second.run();
                    first.run();
                };
            };
        }
    }

    /** Changes something back. */
    interface Undo {

        void run() throws Exception;
    }

    /** Does something while the broker is changed. */
    <T> T during(Change change, Callable<T> steps) throws Exception {
        Undo undo = change.make();
        try {
            return steps.call();
        } finally {
            undo.run();
        }
    }

    /** Does something while the broker is changed. */
    void during(Change change, Undo steps) throws Exception {
        during(change, () -> {
            steps.run();
            return true;
        });
    }

    /** File transfer with other settings. */
    Change transferSettings(Map<String, String> settings) {
        Change change = settings("io.amphora.transfer.cfg", settings, "Started file transfer on the spool");
        return () -> {
            Undo undo = change.make();
            awaitFileTransfer();
            return () -> {
                undo.run();
                awaitFileTransfer();
            };
        };
    }

    private void awaitFileTransfer() throws Exception {
        try (RawClient client = new RawClient(address(), RawClient.MQTT_5)) {
            client.connect("waiting for file transfer", true);
            Waiting.until("commands are answered", () -> {
                client.publish(Device.QOS_1, 1, "$file/f/status", new Body(), new byte[0]);
                return client.acknowledgement(Packet.PUBACK).code() == 0x10;
            });
        }
    }

    /** Other settings in a file of {@code etc}; the log says when they are in use. */
    Change settings(String file, Map<String, String> settings, String said) {
        return () -> {
            long before = logged(said);
            ChangedSettings changed = ChangedSettings.in(amphora, file, settings);
            awaitLogged(said, before);
            return () -> {
                long meanwhile = logged(said);
                changed.close();
                awaitLogged(said, meanwhile);
            };
        };
    }

    /** One more exporter, that delivers into {@code root}. */
    Change exporter(String name, Path root, String selector) {
        return () -> {
            Path path = amphora.data().resolve("etc/io.amphora.export.local-" + name + ".cfg");
            write(path, "root = " + root + "\nselector = " + selector + "\n", "Added the exporter " + name);
            return () -> delete(path, "Removed the exporter " + name);
        };
    }

    /** The default exporter is gone. */
    Change withoutExporter() {
        return () -> {
            Path path = amphora.data().resolve("etc/io.amphora.export.local-default.cfg");
            String before = Files.readString(path);
            delete(path, "Removed the exporter default");
            return () -> write(path, before, "Added the exporter default");
        };
    }

    private void write(Path path, String text, String said) throws Exception {
        long before = logged(said);
        Path temporary = Files.writeString(amphora.data().resolve("settings.new"), text);
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
        awaitLogged(said, before);
    }

    private void delete(Path path, String said) throws Exception {
        long before = logged(said);
        Files.delete(path);
        awaitLogged(said, before);
    }

    private void awaitLogged(String said, long before) throws IOException {
        Waiting.until("the log says: " + said, () -> logged(said) > before);
    }

    /** The default exporter fails at each attempt. */
    Change failingExports() {
        return failingExports(amphora.exports());
    }

    /** An exporter fails, whoever runs the tests: a file stands where its working directory has been. */
    Change failingExports(Path root) {
        return () -> {
            Path staging = root.resolve(".staging");
            Path away = root.resolve(".staging-away");
            Waiting.until("no export is under way", () -> isEmpty(staging));
            Files.move(staging, away);
            Files.createFile(staging);
            return () -> {
                Files.delete(staging);
                Files.move(away, staging);
            };
        };
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        }
    }
}
