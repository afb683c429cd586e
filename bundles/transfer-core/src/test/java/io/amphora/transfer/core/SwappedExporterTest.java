// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static io.amphora.transfer.core.FileTransferFixture.await;
import static org.junit.Assert.assertEquals;

import io.amphora.mqtt.spi.PublishResult;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Situation 29. */
public class SwappedExporterTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private FileTransferFixture broker;
    private final MemoryExporter other = new MemoryExporter("memory");

    @Before
    public void start() throws IOException {
        broker = new FileTransferFixture(folder.getRoot().toPath());
    }

    @After
    public void stop() {
        broker.close();
    }

    private CompletableFuture<PublishResult> upload(String fileId) {
        broker.send("$file/" + fileId + "/init", "{\"name\":\"n\"}");
        broker.send("$file/" + fileId + "/0", "abc");
        return broker.begin("$file/" + fileId + "/fin/3", "");
    }

    private void swap() {
        broker.exporters.remove(broker.exporter);
        broker.exporters.add(other);
    }

    @Test
    public void aRunningExportEndsOnTheInstanceThatItBeganOn() throws Exception {
        broker.exporter.gate = new CountDownLatch(1);
        CompletableFuture<PublishResult> running = upload("running");
        broker.exporter.begun.await();
        swap();
        assertEquals(0, await(upload("later")).reasonCode().code());
        broker.exporter.gate.countDown();

        assertEquals(0, await(running).reasonCode().code());
        assertEquals(1, broker.exporter.files.size());
        assertEquals(1, other.files.size());
    }

    @Test
    public void whatFailedIsTriedAgainOnTheNewInstance() throws Exception {
        broker.exporter.failuresLeft.set(1_000);
        CompletableFuture<PublishResult> failing = upload("f");
        broker.exporter.begun.await();
        swap();

        assertEquals(0, await(failing).reasonCode().code());
        assertEquals(0, broker.exporter.files.size());
        assertEquals(1, other.files.size());
    }
}
