// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assume.assumeTrue;

import io.amphora.itests.clients.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
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

    @Test
    public void theCommandsOfTheReadmeDeliverAFileThatIsLargerThanAPacket() throws Exception {
        assumeTrue("mosquitto_pub is not installed: run .ci/prepare", Tool.isThere("mosquitto_pub"));
        byte[] bytes = new byte[5_000_001];
        new Random(2).nextBytes(bytes);
        Path folder = FOLDER.newFolder("pictures").toPath();
        Files.write(folder.resolve("picture.jpg"), bytes);
        try (RunningAmphora amphora =
                RunningAmphora.start(FOLDER.newFolder("data of mosquitto_pub").toPath())) {
            String script = "mosquitto_pub() { command mosquitto_pub -p " + amphora.port() + " \"$@\"; }\n"
                    + commands("With `mosquitto_pub`");
            String printed = Tool.run(folder, List.of("bash", "-ec", script));
            List<Path> delivered = delivered(amphora.exports(), "picture.jpg");
            assertEquals(printed, 1, delivered.size());
            assertArrayEquals(bytes, Files.readAllBytes(delivered.get(0)));
        }
    }

    /** The first block of commands of the README after a line that begins with these words. */
    private static String commands(String after) throws Exception {
        return Files.readAllLines(Distribution.home().resolve("README.md")).stream()
                .dropWhile(line -> !line.startsWith(after))
                .dropWhile(line -> !line.startsWith("    "))
                .takeWhile(line -> line.startsWith("    "))
                .collect(Collectors.joining("\n"));
    }

    private static List<Path> delivered(Path exports, String name) throws Exception {
        try (Stream<Path> files = Files.walk(exports)) {
            return files.filter(path -> path.getFileName().toString().equals(name))
                    .toList();
        }
    }
}
