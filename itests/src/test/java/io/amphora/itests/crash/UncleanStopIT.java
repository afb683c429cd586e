// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.DeliveredFiles;
import io.amphora.itests.SentFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The machine stops before the operating system has written everything: what is not there is not delivered. */
public final class UncleanStopIT {

    private static final int LENGTH = 10_000;
    private static final int SIZE = 8 * LENGTH;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final SentFile file = new SentFile("c1", "f1", "f1.bin", SIZE, 42);
    private Path data;
    private ProcessVictim broker;
    private DeliveredFiles exports;

    @Before
    public void start() throws Exception {
        data = folder.getRoot().toPath();
        broker = new ProcessVictim(data);
        exports = new DeliveredFiles(data.resolve("exports"));
        assertTrue(broker.start(""));
        Link link = connect();
        assertTrue(link.call("$file/f1/init", file.meta()).succeeded());
        for (int i = 0; i < 8; i++) {
            send(link, i);
        }
    }

    @After
    public void stop() {
        broker.close();
    }

    @Test
    public void segmentsThatDidNotReachTheDiskAreReportedAsMissing() throws Exception {
        broker.kill9();
        machineStops();
        assertTrue(broker.start(""));

        Link link = connect();
        Answer status = link.call("$file/f1/status");
        assertEquals("receiving", status.state());
        assertReceived(status, 0, 3 * LENGTH, 4 * LENGTH, 7 * LENGTH);
        Answer fin = link.call("$file/f1/fin/" + SIZE);
        assertEquals(fin.toString(), 0x80, fin.code());
        assertTrue(fin.reason(), fin.reason().startsWith("incomplete"));
        assertEquals(List.of(), exports.all());
        resend(link);
        exports.assertHolds(file);
    }

    @Test
    public void anAcceptedFileWhoseBytesAreLostIsNotDelivered() throws Exception {
        Path staging = data.resolve("exports/.staging");
        Files.delete(staging);
        Files.createFile(staging); // so that the exporter cannot take the file
        assertTrue(connect().call("$file-async/f1/fin/" + SIZE).succeeded());
        broker.kill9();
        Files.delete(staging);
        machineStops();
        assertTrue(broker.start(""));

        Link link = connect();
        assertEquals("receiving", link.call("$file/f1/status").state());
        assertEquals(List.of(), exports.all());
        for (int i = 0; i < 8; i++) {
            send(link, i);
        }
        finish(link);
        exports.assertHolds(file);
    }

    @Test
    public void whatIsWholeIsNotAskedForAgain() throws Exception {
        broker.kill9();
        Files.writeString(data.resolve("spool/boot"), "another-boot\n0\n");
        assertTrue(broker.start(""));

        Link link = connect();
        assertReceived(link.call("$file/f1/status"), 0, SIZE);
        finish(link);
        exports.assertHolds(file);
    }

    /** One segment is zeros, the last one is not there at all. */
    private void machineStops() throws IOException {
        Files.writeString(data.resolve("spool/boot"), "another-boot\n0\n");
        try (Stream<Path> spooled = Files.find(
                        data.resolve("spool"), 2, (path, is) -> path.toString().endsWith(".data"));
                RandomAccessFile bytes =
                        new RandomAccessFile(spooled.findFirst().orElseThrow().toFile(), "rw")) {
            bytes.seek(3 * LENGTH);
            bytes.write(new byte[LENGTH]);
            bytes.setLength(7 * LENGTH);
        }
    }

    private Link connect() throws Exception {
        return Link.connect(broker.port(), file.clientId());
    }

    private void send(Link link, int segment) throws Exception {
        int offset = segment * LENGTH;
        byte[] bytes = Arrays.copyOfRange(file.bytes(), offset, offset + LENGTH);
        assertTrue(link.call("$file/f1/" + offset, bytes).succeeded());
    }

    private void resend(Link link) throws Exception {
        send(link, 3);
        send(link, 7);
        finish(link);
    }

    private void finish(Link link) throws Exception {
        String checksum = SentFile.sha256(file.bytes());
        assertTrue(link.call("$file/f1/fin/" + SIZE + "/" + checksum).succeeded());
        assertFalse(exports.all().isEmpty());
    }

    private static void assertReceived(Answer status, int... expected) {
        int[] received = status.received().stream().flatMapToInt(Arrays::stream).toArray();
        assertArrayEquals(status.toString(), expected, received);
    }
}
