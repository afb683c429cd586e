// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.spi.PublishResult;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.core.spool.SpoolLimits;
import io.amphora.transfer.core.transfer.TransferSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.rules.TemporaryFolder;

/** A client's commands against file transfer on a directory of its own, with an exporter that keeps files in memory. */
public abstract class FileTransferCase {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    FileTransferFixture broker;

    @Before
    public void start() throws IOException {
        broker = new FileTransferFixture(folder.getRoot().toPath());
    }

    final void restart(TransferSettings limits, SpoolLimits spool) throws IOException {
        stop();
        broker = new FileTransferFixture(folder.getRoot().toPath(), limits, spool);
    }

    @After
    public void stop() {
        broker.close();
    }

    final void upload(String id, String bytes) {
        init(id);
        ok("$file/" + id + "/0", bytes);
        ok("$file/" + id + "/fin/" + bytes.length(), "");
    }

    final void init(String id) {
        ok("$file/" + id + "/init", "{\"name\":\"n.bin\"}");
    }

    final void ok(String topic, String payload) {
        PublishResult result = broker.send(topic, payload);
        assertEquals(topic + ": " + result, 0, result.reasonCode().code());
    }

    final void refused(int code, String reason, String topic, String payload) {
        PublishResult result = broker.send(topic, payload);
        assertEquals(topic + ": " + result, code, result.reasonCode().code());
        assertTrue(topic + ": " + result, result.reason().get().startsWith(reason));
    }

    static String sha256(String bytes) {
        return Sha256.digestOf(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.UTF_8)))
                .hex();
    }
}
