// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.spi.PublishResult;
import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.core.transfer.TransferSettings;
import io.amphora.transfer.spi.ExporterStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A file goes to several exporters, of which some fail, are not required or come and go. */
public class SeveralExportersTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final MemoryExporter first = new MemoryExporter("first");
    private final MemoryExporter second = new MemoryExporter("second");
    private FileTransferFixture broker;

    private void start(TransferSettings limits, MemoryExporter... exporters) throws IOException {
        broker = new FileTransferFixture(folder.getRoot().toPath(), limits, FileTransferFixture.unlimited());
        for (MemoryExporter exporter : exporters) {
            broker.exporters.add(exporter);
        }
    }

    @After
    public void stop() {
        broker.close();
    }

    private static boolean isSuccess(CompletableFuture<PublishResult> fin) {
        return !FileTransferFixture.await(fin).reasonCode().isError();
    }

    @Test
    public void onlyTheOneThatFailedIsAskedAgain() throws IOException {
        start(FileTransferFixture.defaults(), first, second);
        second.failuresLeft.set(2);
        assertTrue(isSuccess(broker.finish("f")));
        assertEquals(1, first.exports.get());
        assertEquals(3, second.exports.get());
        assertEquals(2, broker.status("second").failures());
        assertEquals(1, broker.status("second").delivered());
        assertEquals(3, broker.status("second").deliveredBytes());
    }

    @Test
    public void aFinDoesNotWaitForOneThatIsNotRequired() throws IOException {
        start(FileTransferFixture.defaults(), second, first);
        second.required = false;
        second.gate = new CountDownLatch(1);
        assertTrue(isSuccess(broker.finish("f")));
        assertEquals(0, second.files.size());
        assertTrue("again", isSuccess(broker.begin("$file/f/fin/3", "")));
        assertTrue("abort is too late", isSuccess(broker.begin("$file/f/abort", "")));
        second.gate.countDown();
        Until.holds("the other one has it too", () -> second.files.size() == 1);
        assertEquals(1, first.exports.get());
    }

    @Test
    public void oneThatIsNotRequiredIsTriedAgainAfterARestart() throws IOException {
        start(FileTransferFixture.defaults(), first, second);
        second.required = false;
        second.failuresLeft.set(Integer.MAX_VALUE);
        assertTrue(isSuccess(broker.finish("f")));
        broker.restart();
        second.failuresLeft.set(0);
        Until.holds("the other one has it too", () -> second.files.size() == 1);
        assertEquals(1, first.exports.get());
    }

    @Test
    public void oneThatIsNotRequiredNeverFailsAFin() throws IOException {
        start(FileTransferFixture.impatient(), first, second);
        second.required = false;
        second.failuresLeft.set(Integer.MAX_VALUE);
        assertTrue(isSuccess(broker.finish("f")));
        Until.holds("it is given up", () -> broker.status("second").givenUp() == 1);
        assertTrue(isSuccess(broker.begin("$file/f/fin/3", "")));
        assertFalse(broker.status("second").required());
    }

    @Test
    public void ifNoneIsRequiredAFinWaitsForTheFirstThatHasTheFile() throws IOException {
        start(FileTransferFixture.impatient(), first, second);
        first.required = false;
        second.required = false;
        first.failuresLeft.set(Integer.MAX_VALUE);
        assertTrue(isSuccess(broker.finish("f")));
        assertEquals(1, second.files.size());
        second.failuresLeft.set(Integer.MAX_VALUE);
        assertFalse("nobody has it", isSuccess(broker.finish("g")));
    }

    @Test
    public void aSecondOneOfTheSameNameIsRefusedUntilTheFirstGoes() throws IOException {
        MemoryExporter namesake = new MemoryExporter("first");
        start(FileTransferFixture.defaults(), first, namesake);
        assertTrue(isSuccess(broker.finish("f")));
        assertEquals(0, namesake.exports.get());
        List<ExporterStatus> statuses = broker.transfer.statuses();
        assertEquals(2, statuses.size());
        assertEquals(1, statuses.stream().filter(ExporterStatus::isOk).count());
        broker.exporters.remove(first);
        assertTrue(isSuccess(broker.finish("g")));
        assertEquals(1, namesake.files.size());
        assertTrue(broker.status("first").isOk());
    }

    @Test
    public void oneThatIsDownIsTriedByOneFileAtATimeAndDrainsOldestFirst() throws IOException {
        start(FileTransferFixture.defaults(), first);
        first.failuresLeft.set(Integer.MAX_VALUE);
        List<CompletableFuture<PublishResult>> fins = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            fins.add(broker.finish("broken" + i));
        }
        Until.holds("it is degraded", () -> !broker.status("first").isOk());
        for (int i = 0; i < 30; i++) {
            fins.add(broker.finish("f" + i));
        }
        Until.holds("the others wait", () -> broker.status("first").waiting() >= 25);
        Until.holds("nobody tries", () -> first.running.get() == 0);
        first.mostAtOnce.set(0);
        int before = first.exports.get();
        Until.holds("it is tried again", () -> first.exports.get() > before + 2);
        assertEquals(1, first.mostAtOnce.get());
        assertTrue(broker.status("first").degraded().orElseThrow().why().contains("told to fail"));

        first.failuresLeft.set(0);
        fins.forEach(fin -> assertTrue(isSuccess(fin)));
        assertTrue(first.mostAtOnce.get() <= 2);
        assertTrue(broker.status("first").isOk());
        assertDrainedOldestFirst(fins.size());
    }

    /** But for a few that were being tried, or paused after an attempt of their own, when the exporter began to work. */
    private void assertDrainedOldestFirst(int files) {
        List<String> order = new ArrayList<>();
        first.order.forEach(id -> order.add(id.fileId()));
        assertEquals(files, order.size());
        int outOfPlace = 0;
        for (int i = 0; i < 30; i++) {
            outOfPlace += Math.abs(order.indexOf("f" + i) - i - 3) > 6 ? 1 : 0;
        }
        assertTrue(outOfPlace + " of " + order, outOfPlace <= 6);
    }

    @Test
    public void oneThatHangsLeavesThreadsToTheOthers() throws IOException {
        start(FileTransferFixture.defaults(), first);
        MemoryExporter hanging = new MemoryExporter("hanging") {
            @Override
            public boolean accepts(TransferId id, FileMeta meta, long size) {
                return id.fileId().startsWith("slow");
            }
        };
        hanging.gate = new CountDownLatch(1);
        hanging.required = false;
        broker.exporters.add(hanging);
        List<CompletableFuture<PublishResult>> fins = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            fins.add(broker.finish("slow" + i));
        }
        Until.holds("one hangs", () -> hanging.running.get() == 1);
        fins.forEach(fin -> assertTrue(isSuccess(fin)));
        for (int i = 0; i < 10; i++) {
            assertTrue(isSuccess(broker.finish("fast" + i)));
        }
        assertEquals(1, hanging.mostAtOnce.get());
        hanging.gate.countDown();
        Until.holds("all are through", () -> hanging.files.size() == 10);
    }

    @Test
    public void aDeliveryThatWaitsForItsTurnEndsWhenItsTimeIsUp() throws IOException {
        start(FileTransferFixture.impatient(), first);
        first.failuresLeft.set(Integer.MAX_VALUE);
        List<CompletableFuture<PublishResult>> fins = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            fins.add(broker.finish("f" + i));
        }
        fins.forEach(fin -> assertFalse(isSuccess(fin)));
        assertEquals(20, broker.status("first").givenUp());
        assertEquals(0, broker.status("first").waiting());
        first.failuresLeft.set(0);
        for (int i = 0; i < 20; i++) {
            assertTrue(isSuccess(broker.begin("$file/f" + i + "/fin/3", "")));
        }
    }
}
