// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.spi.PublishResult;
import io.amphora.transfer.spi.ExporterStatus;
import io.amphora.transfer.spi.ExporterStatus.Degraded;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The configuration of an exporter changes while files are on their way to it. */
public class ReconfiguredExporterTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final MemoryExporter first = new MemoryExporter("first");
    private final MemoryExporter second = new MemoryExporter("second");
    private FileTransferFixture broker;

    @Before
    public void start() throws IOException {
        broker = new FileTransferFixture(
                folder.getRoot().toPath(), FileTransferFixture.defaults(), FileTransferFixture.unlimited());
        broker.exporters.add(first);
        broker.exporters.add(second);
    }

    @After
    public void stop() {
        broker.close();
    }

    private static void assertSuccess(CompletableFuture<PublishResult> fin) {
        assertFalse(FileTransferFixture.await(fin).reasonCode().isError());
    }

    private List<String> names() {
        return broker.transfer.statuses().stream().map(ExporterStatus::name).toList();
    }

    private void rename(MemoryExporter exporter, String name) {
        exporter.name = name;
        broker.exporters.changed(exporter);
    }

    @Test
    public void oneThatBecomesRequiredInTheMiddleOfADeliveryGetsTheFile() throws Exception {
        second.required = false;
        first.gate = new CountDownLatch(1);
        CompletableFuture<PublishResult> fin = broker.finish("f");
        first.begun.await();
        second.required = true;
        broker.exporters.changed(second);
        first.gate.countDown();
        assertSuccess(fin);
        Until.holds("the second has it", () -> second.files.size() == 1);
    }

    @Test
    public void underAnotherNameItCountsAsAnother() {
        assertSuccess(broker.finish("f"));
        rename(second, "third");
        assertEquals(List.of("first", "third"), names());
        assertSuccess(broker.finish("g"));
        assertEquals(1, broker.status("third").delivered());
        assertTrue(broker.exporters.named("second").isEmpty());
    }

    @Test
    public void aNameThatAnotherHasIsRefusedUntilItIsFree() {
        rename(second, "first");
        assertEquals(List.of("first", "first"), names());
        assertSuccess(broker.finish("f"));
        assertEquals(0, second.files.size());

        rename(first, "free");
        assertEquals(List.of("first", "free"), names());
        assertTrue(broker.transfer.statuses().stream().allMatch(ExporterStatus::isOk));
        assertSuccess(broker.finish("g"));
        assertEquals(1, second.files.size());
        assertEquals(2, first.files.size());
    }

    @Test
    public void oneThatGoesWhileItChangesIsGone() {
        broker.exporters.remove(second);
        rename(second, "third");
        assertEquals(List.of("first"), names());
    }

    @Test
    public void afterAChangeAnExporterThatWasDownIsTriedAgain() {
        second.failuresLeft.set(Integer.MAX_VALUE);
        CompletableFuture<PublishResult> fin = broker.finish("f");
        Until.holds("it is down", () -> !broker.status("second").isOk());
        second.failuresLeft.set(0);
        broker.exporters.changed(second);
        assertSuccess(fin);
        assertTrue(broker.status("second").isOk());
    }

    @Test
    public void aRefusedChangeIsTold() {
        Degraded refused = Degraded.notChanged(new IllegalArgumentException("root: no"));
        second.refusedChange = Optional.of(refused);
        assertEquals("not changed: root: no", refused.why());
        assertEquals(Optional.of(refused), broker.status("second").degraded());
        assertSuccess(broker.finish("f"));
        assertEquals(1, second.files.size());
    }
}
