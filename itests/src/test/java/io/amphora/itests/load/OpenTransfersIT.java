// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.RunningAmphora;
import io.amphora.itests.Waiting;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** {@link OpenTransfers} on a small scale: more transfers than may stay in memory or keep files open, all at once. */
public final class OpenTransfersIT {

    private static final int TRANSFERS = 5_000;
    private static final int RESIDENT = 500;
    private static final int OPEN_FILES = 100;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void fiveThousandTransfersOfAHundredClientsAreOpenAtOnceAndAllAreDelivered() throws Exception {
        try (RunningAmphora amphora =
                RunningAmphora.start(folder.newFolder("data").toPath())) {
            amphora.stop();
            Path settings = amphora.data().resolve("etc/io.amphora.transfer.cfg");
            Files.writeString(
                    settings,
                    Files.readString(settings) + "\nmax_resident_transfers = " + RESIDENT + "\nmax_open_files = "
                            + OPEN_FILES + "\n");
            amphora.restart();
            upload(amphora);
            assertEquals(TRANSFERS, count(amphora.exports(), "file.bin"));
            // What is delivered leaves the spool once the catalog has it.
            Waiting.until("the spool is empty", () -> spoolFiles(amphora) == 0);
        }
    }

    private static void upload(RunningAmphora amphora) throws Exception {
        InetSocketAddress server = new InetSocketAddress(amphora.host(), amphora.port());
        try (OpenTransfers open = new OpenTransfers(server, 100, TRANSFERS, 1_024, 2)) {
            open.begin();
            assertEquals(Map.of(), open.failures());
            assertEquals(2 * TRANSFERS, spoolFiles(amphora));
            long openFiles = Footprint.of(amphora.broker().pid()).openFiles();
            assertTrue(openFiles + " open files", openFiles < 1_500);
            open.finish();
            assertEquals(Map.of(), open.failures());
        }
    }

    private static long count(Path directory, String end) throws Exception {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(path -> path.toString().endsWith(end)).count();
        }
    }

    private static long spoolFiles(RunningAmphora amphora) throws Exception {
        try (Stream<Path> folders = Files.list(amphora.spool())) {
            return folders.filter(Files::isDirectory)
                    .mapToLong(folder -> folder.toFile().list().length)
                    .sum();
        }
    }
}
