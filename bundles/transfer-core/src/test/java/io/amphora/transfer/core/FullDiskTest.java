// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.spi.PublishResult;
import io.amphora.transfer.spi.SmallDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** The spool's disk fills up, whichever write comes to feel it, and has room again later. */
public class FullDiskTest {

    private static final int FILE_SIZE = 40_000;

    @Rule
    public final SmallDisk disk = SmallDisk.ofMebibytes(4);

    private FileTransferFixture broker;
    private int turnedAway;

    @Before
    public void start() throws IOException {
        broker = new FileTransferFixture(spool());
    }

    private Path spool() {
        return disk.root().resolve("spool");
    }

    @After
    public void stop() {
        broker.close();
    }

    @Test
    public void whicheverWriteFailsTheClientIsToldToComeBackAndNothingIsLost() throws IOException {
        for (int blocksLeft = 0; blocksLeft < 20; blocksLeft++) {
            Upload upload = new Upload("f" + blocksLeft, new Random(blocksLeft));
            disk.fill(blocksLeft);
            upload.sendEverythingThatIsLeft();
            upload.sendEverythingThatIsLeft();
            broker.restart();
            upload.isHeldAsFarAsAcknowledged();
            disk.free();
            upload.sendEverythingThatIsLeft();
            upload.isDeliveredWhole();
        }
        assertTrue("turned away " + turnedAway, turnedAway > 50);
        assertEquals(0, broker.transfer.statistics().holdings().openTransfers());
    }

    @Test
    public void anAbortMakesRoomOnAFullDisk() throws IOException {
        send("$file/f/init", "{\"name\":\"n\"}");
        send("$file/f/0", "x".repeat(100_000));
        disk.fill(0);
        assertEquals(0x97, send("$file/g/init", "{\"name\":\"n\"}"));
        assertEquals(0, send("$file/f/abort", ""));
        assertEquals(0, send("$file/g/init", "{\"name\":\"n\"}"));
        assertEquals(0, send("$file/g/0", "x".repeat(60_000)));
    }

    @Test
    public void whatIsHeldIsAcknowledgedAndDeliveredThoughTheDiskIsFull() throws IOException {
        send("$file/f/init", "{\"name\":\"n\"}");
        send("$file/f/0", "abc");
        disk.fill(0);
        assertEquals(0, send("$file/f/0", "abc"));
        assertEquals(0, send("$file/f/fin/3", ""));
        assertEquals(Optional.of("abc"), broker.exported("f"));
    }

    private int send(String topic, String payload) {
        PublishResult result = broker.send(topic, payload);
        int code = result.reasonCode().code();
        if (code == 0x97) {
            turnedAway++;
            assertTrue(
                    result.toString(),
                    result.reason()
                            .get()
                            .matches("quota_exceeded: the server's disk is full: send this again in \\d+ ms"));
        }
        return code;
    }

    /** One file, sent in segments that overlap; what is not acknowledged is sent again. */
    private final class Upload {

        private final String id;
        private final String content;
        private final List<Integer> offsets = new ArrayList<>();
        private final List<Integer> acknowledged = new ArrayList<>();
        private final int length;
        private boolean begun;
        private boolean finished;

        Upload(String id, Random random) {
            this.id = id;
            this.length = 2_000 + random.nextInt(8_000);
            this.content = random.ints(FILE_SIZE, 'a', 'z' + 1)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            for (int offset = 0; offset < FILE_SIZE; offset += length - random.nextInt(length / 2)) {
                offsets.add(offset);
            }
            java.util.Collections.shuffle(offsets, random);
        }

        void sendEverythingThatIsLeft() {
            begun = begun || isDone("init", "{\"name\":\"n.bin\"}");
            if (!begun) {
                assertEquals(0x10, send("$file/" + id + "/0", "x"));
                return;
            }
            for (Integer offset : List.copyOf(offsets)) {
                if (isDone(Integer.toString(offset), segment(offset))) {
                    offsets.remove(offset);
                    acknowledged.add(offset);
                }
            }
            if (offsets.isEmpty() && !finished) {
                finished = isDone("fin/" + FILE_SIZE, "");
            }
        }

        private String segment(int offset) {
            return content.substring(offset, Math.min(FILE_SIZE, offset + length));
        }

        /** Done, or not done because the disk is full. */
        private boolean isDone(String command, String payload) {
            int code = send("$file/" + id + "/" + command, payload);
            assertTrue(command + ": " + code, code == 0 || code == 0x97);
            return code == 0;
        }

        /** A fin over the acknowledged bytes alone would find them: none is missing, and each is what was sent. */
        void isHeldAsFarAsAcknowledged() {
            if (!begun || finished) {
                return;
            }
            String status = broker.send("$file/" + id + "/status", "").reason().get();
            for (int offset : acknowledged) {
                assertTrue(
                        status,
                        isWithin(status, offset, offset + segment(offset).length()));
            }
        }

        private static boolean isWithin(String status, int first, int end) {
            return java.util.regex.Pattern.compile("\\[(\\d+),(\\d+)\\]")
                    .matcher(status)
                    .results()
                    .anyMatch(range ->
                            Integer.parseInt(range.group(1)) <= first && Integer.parseInt(range.group(2)) >= end);
        }

        void isDeliveredWhole() {
            assertTrue("segments left: " + offsets, finished);
            assertEquals(Optional.of(content), broker.exported(id));
        }
    }
}
