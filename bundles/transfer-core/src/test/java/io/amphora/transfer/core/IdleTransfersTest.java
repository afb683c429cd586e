// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static io.amphora.transfer.core.FileTransferFixture.await;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.spi.PublishResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.Test;

/** Transfers that nothing happens to leave memory, and in the end the disk. */
public final class IdleTransfersTest extends FileTransferCase {

    @Test
    public void idleTransfersLeaveMemoryAndComeBack() {
        List<CompletableFuture<PublishResult>> answers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            answers.add(broker.begin("$file/f" + i + "/init", "{\"name\":\"n\"}"));
            answers.add(broker.begin("$file/f" + i + "/0", "abc"));
        }
        answers.forEach(answer -> assertEquals(0, await(answer).reasonCode().code()));
        for (int i = 0; i < 1_000; i++) {
            ok("$file/f" + i + "/fin/3", "");
        }

        assertEquals(1_000, broker.exporter.files.size());
        Until.holds("they have left memory", () -> broker.transfer.transfers().residentCount() <= 101);
        assertTrue(broker.transfer.spool().openFiles() <= 16);
    }

    @Test
    public void unknownTransfersTakeNoMemory() {
        for (int i = 0; i < 50; i++) {
            broker.send("$file/nobody" + i + "/0", "x");
        }
        ok("$file/nobody/abort", "");

        Until.holds("none is in memory", () -> broker.transfer.transfers().residentCount() == 0);
    }

    @Test
    public void anIdleTransferIsCollectedAfterItsTime() {
        ok("$file/f/init", "{\"name\":\"n\",\"segments_ttl\":0}");
        ok("$file/g/init", "{\"name\":\"n\"}");
        ok("$file/f/0", "x");
        Until.holds("the idle transfer is gone", () -> isGoneAfterCollecting("f"));

        ok("$file/g/status", "");
    }

    private boolean isGoneAfterCollecting(String id) {
        try {
            broker.transfer.transfers().collect();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
        return broker.send("$file/" + id + "/status", "").reasonCode().code() != 0;
    }
}
