// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.spi.PublishResult;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.core.transfer.TransferSettings;
import io.amphora.transfer.spi.TransferStatistics.CommandCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What is past its time is collected, and everything that happens is counted. */
public class CollectionTest {

    private static final Duration MINIMUM = Duration.ofMinutes(5);
    private static final Duration MAXIMUM = Duration.ofHours(24);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private FileTransferFixture broker;

    @Before
    public void start() throws IOException {
        TransferSettings settings = new TransferSettings(
                PATIENCE, PATIENCE, PATIENCE, Long.MAX_VALUE, Long.MAX_VALUE, 100, MINIMUM, MAXIMUM, 100);
        broker = new FileTransferFixture(root(), settings, FileTransferFixture.unlimited());
        broker.exporters.add(broker.exporter);
    }

    @After
    public void stop() {
        broker.close();
    }

    @Test
    public void theTimeToLiveIsTheClientsWithinTheServersBounds() throws Exception {
        begin("short", ",\"segments_ttl\":1");
        begin("hour", ",\"segments_ttl\":3600");
        begin("long", ",\"segments_ttl\":999999999");
        begin("none", "");

        isCollectedAfter(MINIMUM, "short");
        isCollectedAfter(Duration.ofHours(1), "hour");
        isCollectedAfter(MAXIMUM, "long");
        isCollectedAfter(MAXIMUM, "none");
        assertEquals(4, broker.transfer.statistics().totals().collectedTransfers());
        assertEquals(0, broker.transfer.statistics().holdings().openTransfers());
        assertEquals(0, broker.transfer.statistics().holdings().spoolBytes());
    }

    private void isCollectedAfter(Duration timeToLive, String id) throws Exception {
        age(id, timeToLive.minusSeconds(30));
        broker.transfer.transfers().collect();
        assertTrue(id, isKnown(id));
        age(id, timeToLive.plusSeconds(30));
        broker.transfer.transfers().collect();
        assertFalse(id, isKnown(id));
    }

    @Test
    public void aClockThatIsSetForwardEndsNoTransfer() throws Exception {
        begin("f", "");
        begin("idle", "");
        age("idle", MAXIMUM.plusSeconds(30));
        broker.clock.shift(Duration.ofDays(365));
        broker.transfer.transfers().sweep();
        broker.transfer.transfers().collect();

        assertTrue(isKnown("f"));
        assertFalse("what is really idle is collected", isKnown("idle"));
    }

    @Test
    public void aClockThatIsSetBackKeepsNoTransferForever() throws Exception {
        begin("f", "");
        age("f", Duration.ofDays(-365));
        broker.transfer.transfers().collect();
        assertTrue(isKnown("f"));

        FileTime written = Files.getLastModifiedTime(file("f", ".journal"));
        assertTrue(
                "its time to live has begun",
                written.toInstant().isBefore(Instant.now().plusSeconds(60)));
        broker.clock.shift(Duration.ofDays(-365));
        broker.transfer.transfers().sweep();
        broker.transfer.transfers().collect();
        assertTrue("not a year old", isKnown("f"));
    }

    @Test
    public void initAgainMakesTheTimeToLiveBeginAnew() throws Exception {
        begin("f", "");
        age("f", MAXIMUM.plusSeconds(30));
        begin("f", "");
        broker.transfer.transfers().collect();

        assertTrue(isKnown("f"));
    }

    @Test
    public void aFileThatIsBeingDeliveredIsNotCollected() throws Exception {
        broker.exporter.gate = new java.util.concurrent.CountDownLatch(1);
        begin("f", "");
        var fin = broker.begin("$file/f/fin/3", "");
        broker.exporter.begun.await();
        age("f", MAXIMUM.plusSeconds(30));
        broker.transfer.transfers().collect();
        broker.exporter.gate.countDown();

        assertEquals(0, FileTransferFixture.await(fin).reasonCode().code());
        assertEquals(Optional.of("abc"), broker.exported("f"));
    }

    @Test
    public void manyAreCollectedWhoeverHoldsThem() throws Exception {
        for (int i = 0; i < 600; i++) {
            begin("f" + i, "");
        }
        broker.restart();
        for (int i = 0; i < 600; i++) {
            age("f" + i, MAXIMUM.plusSeconds(30));
        }
        broker.transfer.transfers().collect();

        assertEquals(600, broker.transfer.statistics().totals().collectedTransfers());
        waitUntil(() -> broker.transfer.statistics().holdings().counted());
        assertEquals(0, broker.transfer.statistics().holdings().spoolBytes());
        waitUntil(() -> broker.transfer.statistics().holdings().residentTransfers() == 0);
    }

    @Test
    public void whatCrashesLeaveIsRemovedAndCounted() throws Exception {
        begin("f", "");
        broker.transfer.close();
        Path torn = file("torn", ".journal");
        Files.write(torn, new byte[] {0, 0, 0, 90, 1, 2});
        Path orphan = Files.writeString(file("orphan", ".data"), "bytes");
        Path copy = Files.writeString(file("orphan", ".data.copy"), "bytes");
        Path young = Files.write(file("young", ".journal"), new byte[0]);
        for (Path old : List.of(torn, orphan, copy)) {
            age(old, MAXIMUM);
        }
        broker.restart();
        broker.transfer.transfers().collect();

        for (Path old : List.of(torn, orphan, copy)) {
            assertFalse(old.toString(), Files.exists(old));
        }
        assertTrue(Files.exists(young));
        assertEquals(3, broker.transfer.statistics().totals().leftoverFiles());
        assertTrue(isKnown("f"));
        begin("torn", "");
        begin("young", "");
        assertEquals(4, broker.transfer.statistics().totals().leftoverFiles());
    }

    @Test
    public void aJournalThatCannotBeReadKeepsNoOtherFromBeingCollected() throws Exception {
        begin("f", "");
        broker.transfer.close();
        byte[] ofALaterVersion = {0, 0, 0, 1, 0, 0, 0, 0, 99};
        java.nio.ByteBuffer entry = java.nio.ByteBuffer.wrap(ofALaterVersion);
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(99);
        entry.putInt(4, (int) crc.getValue());
        for (int i = 0; i < 256; i++) {
            String name = String.format("%02x", i) + "0".repeat(62);
            age(Files.write(root().resolve(name.substring(0, 2)).resolve(name + ".journal"), ofALaterVersion), MAXIMUM);
        }
        broker.restart();
        age("f", MAXIMUM.plusSeconds(30));
        broker.transfer.transfers().collect();

        assertFalse(isKnown("f"));
        waitUntil(() -> broker.transfer.statistics().holdings().counted());
    }

    @Test
    public void anExpiredFileIsDeletedByItsExporterAndForgotten() throws Exception {
        MemoryCatalog catalog = new MemoryCatalog();
        broker.transfer.use(Optional.of(catalog));
        begin("old", ",\"expire_at\":1");
        begin("new", ",\"expire_at\":99999999999");
        begin("none", "");
        for (String id : List.of("old", "new", "none")) {
            assertEquals(0, code("$file/" + id + "/fin/3", ""));
        }
        waitUntil(() -> catalog.count() == 3);
        broker.transfer.collector().collect();

        assertEquals(2, catalog.count());
        assertEquals(Optional.empty(), broker.exported("old"));
        assertEquals(Optional.of("abc"), broker.exported("new"));
        assertEquals(1, broker.transfer.statistics().totals().expiredFiles());
        waitUntil(() -> !isKnown("old"));
        assertTrue(isKnown("new"));
    }

    @Test
    public void aDeliveryThatTheCatalogDidNotTakeIsOfferedAgainInsteadOfForgotten() throws Exception {
        MemoryCatalog catalog = new MemoryCatalog();
        begin("f", "");
        assertEquals(0, code("$file/f/fin/3", ""));
        broker.restart();
        catalog.failing = true;
        broker.transfer.use(Optional.of(catalog));
        age("f", MAXIMUM.plusSeconds(30));
        broker.transfer.transfers().collect();
        assertTrue(isKnown("f"));
        catalog.failing = false;

        waitUntil(() -> catalog.count() == 1);
        waitUntil(() -> !Files.exists(file("f", ".journal")));
        assertEquals(0, code("$file/f/fin/3", ""));
        assertEquals(1, broker.exporter.exports.get());
    }

    @Test
    public void commandsAreCountedByHowTheyEnded() {
        begin("f", "");
        code("$file/f/fin/4", "");
        code("$file/f/fin/3", "");
        code("$file/f/fin/3", "");
        code("$file/x", "");

        assertEquals(
                List.of(
                        new CommandCount("init", "success", 1),
                        new CommandCount("segment", "success", 1),
                        new CommandCount("fin", "success", 2),
                        new CommandCount("fin", "incomplete", 1),
                        new CommandCount("invalid", "invalid_file_command", 1)),
                broker.transfer.statistics().commands());
        assertEquals(3, broker.transfer.statistics().totals().segmentBytes());
        assertEquals(1, broker.transfer.statistics().totals().deliveredFiles());
        assertEquals(3, broker.transfer.statistics().totals().deliveredBytes());
    }

    private void begin(String id, String members) {
        assertEquals(0, code("$file/" + id + "/init", "{\"name\":\"n\"" + members + "}"));
        assertEquals(0, code("$file/" + id + "/0", "abc"));
    }

    private boolean isKnown(String id) {
        return code("$file/" + id + "/status", "") == 0;
    }

    private int code(String topic, String payload) {
        PublishResult result = broker.send(topic, payload);
        return result.reasonCode().code();
    }

    private Path root() {
        return folder.getRoot().toPath();
    }

    private Path file(String id, String suffix) {
        String key = new TransferId(FileTransferFixture.CLIENT, id).key().hex();
        return root().resolve(key.substring(0, 2)).resolve(key + suffix);
    }

    private void age(String id, Duration age) throws IOException {
        age(file(id, ".journal"), age);
    }

    private static void age(Path file, Duration age) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }

    private static void waitUntil(Callable<Boolean> condition) throws Exception {
        long begun = System.nanoTime();
        while (!condition.call()) {
            assertTrue("waited for too long", System.nanoTime() - begun < 30_000_000_000L);
            Thread.onSpinWait();
        }
    }
}
