// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.spi.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Spool and destination of the running distribution, each on a small disk that fills up and has room again later. */
public final class FullDiskIT {

    private static final int SEGMENT = 64 << 10;
    private static final int MIB = 1 << 20;
    private static final String TRANSFER = "etc/io.amphora.transfer.cfg";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final List<SmallDisk> disks = new ArrayList<>();
    private RunningAmphora amphora;

    @Before
    public void prepare() throws Exception {
        Path data = folder.newFolder("data").toPath();
        amphora = RunningAmphora.start(data);
        amphora.stop();
        Files.writeString(
                data.resolve(TRANSFER),
                Files.readString(data.resolve(TRANSFER)).replace("#assemble_timeout = 300", "assemble_timeout = 5"));
    }

    private SmallDisk mount(String directory, int mebibytes) throws Exception {
        SmallDisk disk = SmallDisk.ofMebibytes(mebibytes);
        disk.mount(Files.createDirectories(amphora.data().resolve(directory)));
        disks.add(disk);
        return disk;
    }

    @After
    public void stop() throws IOException {
        amphora.close();
        disks.forEach(SmallDisk::unmount);
    }

    @Test
    public void clientsOfAFullSpoolComeBackAndAreServed() throws Exception {
        SmallDisk disk = mount("spool", 8);
        amphora.restart();
        SentFile first = new SentFile("camera1", "f", "one.bin", 3 * MIB, 1);
        SentFile second = new SentFile("camera2", "f", "two.bin", 3 * MIB, 2);
        try (Commands one = client(first);
                Commands two = client(second)) {
            one.sendBytes(first, SEGMENT);
            disk.fill(8);
            assertTurnedAway(two, second);
            assertEquals("fin", 0, one.finish(first));
            disk.free();
            two.sendBytes(second, SEGMENT);
            assertEquals("fin", 0, two.finish(second));
        }
        assertHolds(first, second);
    }

    /** The last blocks may take the init, but not a segment of 1 MiB. */
    private static void assertTurnedAway(Commands client, SentFile file) throws Exception {
        int init = code(client, "$file/f/init", file.meta());
        int segment = code(client, "$file/f/0", Arrays.copyOf(file.bytes(), MIB));
        assertTrue("init: " + init, init == 0 || init == 0x97);
        assertEquals("segment", init == 0 ? 0x97 : 0x10, segment);
    }

    @Test
    public void aFinWhoseDestinationIsFullFailsAndSucceedsOnceThereIsRoom() throws Exception {
        SmallDisk disk = mount("exports", 8);
        amphora.restart();
        SentFile file = new SentFile("camera", "f", "one.bin", 3 * MIB, 1);
        try (Commands client = client(file)) {
            disk.fill(100);
            client.sendBytes(file, SEGMENT);
            assertEquals("fin", 0x80, client.finish(file));
            assertEquals(
                    List.of(),
                    new DeliveredFiles(amphora.exports())
                            .all().stream()
                                    .filter(path -> !path.endsWith("ballast"))
                                    .toList());
            disk.free();
            assertEquals("fin again", 0, client.finish(file));
        }
        assertHolds(file);
    }

    private static int code(Commands client, String topic, byte[] payload) throws Exception {
        return Commands.await(client.send(topic, payload));
    }

    private Commands client(SentFile file) throws Exception {
        return new Mqtt5Commands("tcp://" + amphora.host() + ":" + amphora.port(), file.clientId());
    }

    private void assertHolds(SentFile... files) throws IOException {
        for (SentFile file : files) {
            new DeliveredFiles(amphora.exports()).assertHolds(file);
        }
    }
}
