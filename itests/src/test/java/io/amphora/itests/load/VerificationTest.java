// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class VerificationTest {

    private static final int SIZE = 100;

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private final Payload payload = new Payload(42, 64);
    private final List<String> checksums = List.of(payload.checksum(0, SIZE), payload.checksum(1, SIZE));

    @Test
    public void everyFileOnceIsPerfect() throws IOException {
        deliver("run-0/f0", 0);
        deliver("run-1/f1", 1);
        assertEquals(new Verification(2, 0, 0, 0), verification());
    }

    @Test
    public void filesOfOtherRunsAreNotSeen() throws IOException {
        deliver("run-0/f0", 0);
        deliver("run-1/f1", 1);
        deliver("earlier-1/f1", 1);
        assertEquals(new Verification(2, 0, 0, 0), verification());
    }

    @Test
    public void missingRepeatedAndBrokenFilesAreSeen() throws IOException {
        Files.write(deliver("run-0/f0", 0), new byte[1]);
        deliver("run-1/f1", 1);
        deliver("run-1/f2", 1);
        assertEquals(new Verification(0, 1, 1, 1), verification());
    }

    private Verification verification() throws IOException {
        return Verification.of(temporary.getRoot().toPath(), "run", checksums);
    }

    private Path deliver(String folder, int file) throws IOException {
        Path path = Files.createDirectories(temporary.getRoot().toPath().resolve(folder))
                .resolve("file.bin");
        ByteBuffer content = ByteBuffer.allocate(SIZE);
        content.put(payload.segment(file, 0, 64)).put(payload.segment(file, 64, SIZE - 64));
        return Files.write(path, content.array());
    }
}
