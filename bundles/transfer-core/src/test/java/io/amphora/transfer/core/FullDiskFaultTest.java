// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import io.amphora.mqtt.spi.PublishResult;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Faults of a full disk that need no disk of their own, or another one than {@link FullDiskTest}. */
public class FullDiskFaultTest {

    /** A device that is always full. */
    private static final Path FULL = Path.of("/dev/full");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void aSegmentThatCannotBeWrittenIsAnsweredAndTakenLater() throws IOException {
        assumeTrue("left out: there is no " + FULL, Files.exists(FULL));
        Path root = folder.getRoot().toPath();
        try (FileTransferFixture broker = new FileTransferFixture(root)) {
            broker.send("$file/f/init", "{\"name\":\"n\"}");
            long used = broker.transfer.spool().space().used();
            Path data = data(root, new TransferId(FileTransferFixture.CLIENT, "f"));
            Files.createSymbolicLink(data, FULL);
            isTurnedAway(broker.send("$file/f/0", "abc"));
            assertEquals(used, broker.transfer.spool().space().used());
            broker.restart();
            isTurnedAway(broker.send("$file/f/0", "abc"));
            broker.restart();
            Files.delete(data);

            assertEquals(0, broker.send("$file/f/0", "abc").reasonCode().code());
            assertEquals(0, broker.send("$file/f/fin/3", "").reasonCode().code());
            assertEquals(Optional.of("abc"), broker.exported("f"));
        }
    }

    @Test
    public void aDiskThatTakesNoMoreFilesIsFullThoughItHasRoom() throws Exception {
        SmallDisk disk = SmallDisk.ofMebibytesAndFiles(8, 264);
        disk.mount(folder.newFolder("disk").toPath());
        try (FileTransferFixture broker = new FileTransferFixture(disk.root().resolve("spool"))) {
            int begun = 0;
            PublishResult last = broker.send("$file/f0/init", "{\"name\":\"n\"}");
            while (last.reasonCode().code() == 0 && begun < 300) {
                begun++;
                last = broker.send("$file/f" + begun + "/init", "{\"name\":\"n\"}");
            }
            assertTrue(begun > 1);
            isTurnedAway(last);
            isTurnedAway(broker.send("$file/f0/0", "abc"));
            broker.send("$file/f1/abort", "");
            assertEquals(0, broker.send("$file/f0/0", "abc").reasonCode().code());
        } finally {
            disk.unmount();
        }
    }

    private static void isTurnedAway(PublishResult result) {
        assertEquals(result.toString(), 0x97, result.reasonCode().code());
        assertTrue(
                result.toString(),
                result.reason().get().matches("quota_exceeded: the server's disk is full: send this again in \\d+ ms"));
    }

    private static Path data(Path root, TransferId id) {
        String key = id.key().hex();
        return root.resolve(key.substring(0, 2)).resolve(key + ".data");
    }
}
