// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** {@code ./amphora upload FILE} delivers the file. */
public final class UploadScriptIT {

    @ClassRule
    public static final TemporaryFolder FOLDER = new TemporaryFolder();

    @Test
    public void aFileArrivesOnceHoweverOftenItIsUploaded() throws Exception {
        byte[] bytes = new byte[3_000_001];
        new Random(1).nextBytes(bytes);
        Path file = Files.write(FOLDER.newFile("a file.bin").toPath(), bytes);
        try (RunningAmphora amphora =
                RunningAmphora.start(FOLDER.newFolder("data").toPath())) {
            amphora.script("upload", "--segment-size", "10000", file.toString());
            amphora.script("upload", file.toString());
            List<Path> delivered = delivered(amphora.exports(), "a file.bin");
            assertEquals(delivered.toString(), 1, delivered.size());
            assertArrayEquals(bytes, Files.readAllBytes(delivered.get(0)));
        }
    }

    private static List<Path> delivered(Path exports, String name) throws Exception {
        try (Stream<Path> files = Files.walk(exports)) {
            return files.filter(path -> path.getFileName().toString().equals(name))
                    .toList();
        }
    }
}
