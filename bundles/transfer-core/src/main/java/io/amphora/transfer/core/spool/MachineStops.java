// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;

/**
 * Tells which journals were last written before the machine itself stopped. What the process wrote survives its own end,
 * but not that of the machine; segments from before are read back against their check sums before they count. A file in
 * the spool's root remembers the machine's boot and when the last change of it was seen. Immutable.
 */
final class MachineStops {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /** Stands in for the boot id where a test pretends that the machine has stopped; the start scripts read it too. */
    private static final String PRETENDED = "AMPHORA_BOOT_ID";

    private static final String UNKNOWN = "unknown";

    private final long verifyBefore;

    private MachineStops(long verifyBefore) {
        this.verifyBefore = verifyBefore;
    }

    /** When the newest journal was written. */
    interface Newest {

        long millis() throws IOException;
    }

    /**
     * Reads what {@code file} remembers and brings it up to date.
     *
     * @param newest asked after the machine has stopped: its clock may be behind what was written before
     */
    static MachineStops observe(Path file, long now, Newest newest) throws IOException {
        return observe(file, bootId(), now, newest);
    }

    static MachineStops observe(Path file, String bootId, long now, Newest newest) throws IOException {
        boolean isNew = !Files.exists(file);
        List<String> lines = isNew ? List.of() : Files.readAllLines(file);
        boolean sameBoot = lines.size() == 2 && lines.get(0).equals(bootId) && !bootId.equals(UNKNOWN);
        if (sameBoot) {
            return new MachineStops(Long.parseLong(lines.get(1)));
        }
        long verifyBefore = isNew ? 0 : Math.max(now, newest.millis() + 1);
        write(file, bootId + "\n" + verifyBefore + "\n");
        return new MachineStops(verifyBefore);
    }

    private static void write(Path file, String text) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(temporary, text);
        try (FileChannel written = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            written.force(true);
        }
        Files.move(temporary, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    /** Without a boot id every start counts as one of the machine. */
    private static String bootId() throws IOException {
        String pretended = System.getenv(PRETENDED);
        if (pretended != null && !pretended.isEmpty()) {
            return pretended;
        }
        return Files.exists(BOOT_ID)
                ? Files.readString(BOOT_ID, StandardCharsets.US_ASCII).strip()
                : UNKNOWN;
    }

    /** Whether a journal that was last written then has to be verified. */
    boolean concern(FileTime lastWritten) {
        return lastWritten.toMillis() < verifyBefore;
    }
}
