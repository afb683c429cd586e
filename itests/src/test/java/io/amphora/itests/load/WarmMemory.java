// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Free memory that the page cache can take without asking the host for it. A virtual machine that gives its free memory
 * back pays for every page that it touches again, several times what writing the page costs; a machine that has been
 * running for a while and whose memory is full of cached files does not.
 */
public final class WarmMemory {

    private static final int MIB = 1 << 20;

    /** What is touched beyond what will be written: other processes take of it too. */
    private static final double SURPLUS = 1.25;

    private WarmMemory() {}

    /** Has so much of it for the next second or two. */
    public static void provide(long bytes, Path directory) throws IOException {
        Path path = directory.resolve("warm-up");
        ByteBuffer zeros = ByteBuffer.allocateDirect(MIB);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long written = 0; written < bytes * SURPLUS; written += MIB) {
                file.write(zeros.clear());
            }
        } finally {
            Files.delete(path);
        }
    }
}
