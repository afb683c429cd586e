// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.s3;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import io.amphora.itests.RunningAmphora;
import io.amphora.itests.SentFile;
import io.amphora.itests.Waiting;
import io.amphora.s3.testing.BucketView;
import io.amphora.s3.testing.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A bucket of a server that keeps objects in files, and exporters that deliver to it. Immutable. */
final class Bucket {

    private final String name;
    private final Path folder;
    private final BucketView view;

    private Bucket(String name, Path folder, BucketView view) {
        this.name = name;
        this.folder = folder;
        this.view = view;
    }

    static Bucket make(S3Server server, String name) throws IOException {
        Path folder = Files.createDirectory(server.objects().resolve(name));
        return new Bucket(name, folder, new BucketView(server.endpoint(), name));
    }

    String name() {
        return name;
    }

    BucketView view() {
        return view;
    }

    /** Settings of an exporter to this bucket, whose server, or a network before it, has that port; others may follow. */
    List<String> settings(int port, String... others) {
        List<String> settings = new ArrayList<>(List.of(
                "bucket = " + name,
                "host = 127.0.0.1",
                "port = " + port,
                "ssl = false",
                "access_key_id = " + S3Server.ACCESS_KEY,
                "secret_access_key = " + S3Server.SECRET_KEY));
        settings.addAll(List.of(others));
        return settings;
    }

    /** Writes the file of an exporter, which the broker notices, and waits until it runs. */
    static void configure(RunningAmphora amphora, String exporter, List<String> settings) throws Exception {
        String started = "Started the exporter " + exporter + ":";
        long before = lines(amphora, started); // of another exporter that had the name
        Files.write(amphora.data().resolve("etc/io.amphora.export.s3-" + exporter + ".cfg"), settings);
        Waiting.until("the exporter " + exporter + " runs", () -> lines(amphora, started) > before);
    }

    private static long lines(RunningAmphora amphora, String text) throws IOException {
        return Files.readString(amphora.log())
                .lines()
                .filter(line -> line.contains(text))
                .count();
    }

    boolean has(SentFile file) {
        return Files.exists(pathOf(file));
    }

    private Path pathOf(SentFile file) {
        return folder.resolve(file.clientId()).resolve(file.fileId()).resolve(file.name());
    }

    void assertHolds(SentFile file) throws IOException {
        assertHolds(file, file.bytes());
    }

    void assertHolds(SentFile file, byte[] bytes) throws IOException {
        assertArrayEquals(file.toString(), bytes, Files.readAllBytes(pathOf(file)));
    }

    /** Nothing unfinished is left at the server, and there are so many objects. */
    void assertHasOnly(int objects) throws Exception {
        Waiting.until("no upload is unfinished", () -> view.uploads().isEmpty());
        try (Stream<Path> files = Files.walk(folder)) {
            assertEquals(objects, files.filter(Files::isRegularFile).count());
        }
    }
}
