// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertFalse;

import io.amphora.s3.testing.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The feature that is not booted is installed while the broker runs, without a network, and delivers. */
public final class S3FeatureIT {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void filesArriveInABucketOnceTheFeatureIsInstalled() throws Exception {
        byte[] bytes = new byte[12_000_001];
        new Random(1).nextBytes(bytes);
        Path file = Files.write(folder.newFile("a file.bin").toPath(), bytes);
        try (S3Server s3 = S3Server.inFiles(folder.newFolder("s3").toPath());
                RunningAmphora amphora =
                        RunningAmphora.start(folder.newFolder("data").toPath())) {
            Path bucket = Files.createDirectory(s3.objects().resolve("bucket"));
            amphora.shell("feature:install amphora-export-s3");
            Files.write(amphora.data().resolve("etc/io.amphora.export.s3-main.cfg"), settings(s3));
            Waiting.until(
                    "the exporter runs", () -> Files.readString(amphora.log()).contains("Started the exporter main"));
            amphora.script("upload", "--client-id", "device", "--file-id", "f1", file.toString());
            assertArrayEquals(bytes, Files.readAllBytes(bucket.resolve("device/f1/a file.bin")));
            try (Stream<Path> local = Files.walk(amphora.exports())) {
                assertFalse("the other exporter has it too", local.noneMatch(path -> path.endsWith("a file.bin")));
            }
            assertFalse(
                    "secrets are not logged", Files.readString(amphora.log()).contains(S3Server.SECRET_KEY));
        }
    }

    private static List<String> settings(S3Server s3) {
        return List.of(
                "bucket = bucket",
                "host = 127.0.0.1",
                "port = " + s3.port(),
                "ssl = false",
                "access_key_id = " + S3Server.ACCESS_KEY,
                "secret_access_key = " + S3Server.SECRET_KEY);
    }
}
