// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Large files go to exporters while they are being received. */
public class EarlyExportTest {

    private static final int SEGMENT = 1 << 20;
    private static final int SEGMENTS = 6;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final EarlyExporter exporter = new EarlyExporter("early");
    private FileTransferFixture broker;

    @Before
    public void start() throws IOException {
        broker = new FileTransferFixture(
                folder.getRoot().toPath(), FileTransferFixture.defaults(), FileTransferFixture.unlimited());
        broker.exporters.add(exporter);
    }

    @After
    public void stop() {
        broker.close();
    }

    private static String segment(int number) {
        return Character.toString('a' + number).repeat(SEGMENT);
    }

    private void ok(String topic, String payload) {
        assertFalse(topic, broker.send(topic, payload).reasonCode().isError());
    }

    private void sendAll(String init) {
        ok("$file/f/init", init);
        for (int i = 0; i < SEGMENTS; i++) {
            ok("$file/f/" + (long) i * SEGMENT, segment(i));
        }
    }

    private static byte[] all() {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < SEGMENTS; i++) {
            all.append(segment(i));
        }
        return all.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private void awaitCopied() {
        Until.holds("the prefix is told", () -> exporter.copied == (long) SEGMENTS * SEGMENT);
    }

    @Test
    public void theExportHasNothingLeftToDo() {
        sendAll("{\"name\":\"a\",\"size\":" + SEGMENTS * SEGMENT + "}");
        awaitCopied();
        ok("$file/f/fin/" + SEGMENTS * SEGMENT, "");
        assertEquals(1, exporter.begins.get());
        assertEquals(0, exporter.leftToExport);
        assertArrayEquals(all(), exporter.exported);
        assertEquals(0, exporter.aborts.get());
    }

    @Test
    public void aFileWithoutASizeIsBegunOnceItIsLarge() {
        sendAll("{\"name\":\"a\"}");
        awaitCopied();
        ok("$file/f/fin/" + SEGMENTS * SEGMENT, "");
        assertArrayEquals(all(), exporter.exported);
    }

    @Test
    public void aSmallFileIsNotBegun() {
        ok("$file/f/init", "{\"name\":\"a\"}");
        ok("$file/f/0", segment(0));
        ok("$file/f/fin/" + SEGMENT, "");
        assertEquals(0, exporter.begins.get());
    }

    @Test
    public void whatIsWrittenAgainIsTold() {
        sendAll("{\"name\":\"a\"}");
        awaitCopied();
        ok("$file/f/10", "new");
        ok("$file/f/fin/" + SEGMENTS * SEGMENT, "");
        byte[] expected = all();
        System.arraycopy("new".getBytes(StandardCharsets.US_ASCII), 0, expected, 10, 3);
        assertArrayEquals(expected, exporter.exported);
    }

    @Test
    public void aFinMayEndTheFileBeforeWhatHasCome() {
        sendAll("{\"name\":\"a\"}");
        awaitCopied();
        ok("$file/f/fin/" + (SEGMENT + 7), "");
        assertArrayEquals(Arrays.copyOf(all(), SEGMENT + 7), exporter.exported);
    }

    @Test
    public void anAbortDropsWhatWasBegun() {
        sendAll("{\"name\":\"a\"}");
        awaitCopied();
        ok("$file/f/abort", "");
        Until.holds("it is dropped", () -> exporter.aborts.get() == 1);
    }

    @Test
    public void expiryDropsWhatWasBegun() {
        sendAll("{\"name\":\"a\",\"segments_ttl\":0}");
        awaitCopied();
        Until.holds("it is dropped", () -> {
            broker.transfer.collector().collect();
            return exporter.aborts.get() == 1;
        });
    }

    @Test
    public void anExporterThatGoesDropsWhatItHasBegun() {
        sendAll("{\"name\":\"a\"}");
        awaitCopied();
        broker.exporters.remove(exporter);
        Until.holds("it is dropped", () -> exporter.aborts.get() == 1);
        MemoryExporter next = new MemoryExporter("early");
        broker.exporters.add(next);
        ok("$file/f/fin/" + SEGMENTS * SEGMENT, "");
        assertEquals(1, next.files.size());
        assertEquals(1, exporter.aborts.get());
    }

    @Test
    public void oneThatFailsIsDroppedAndTheFileDeliveredAllTheSame() {
        exporter.failing = true;
        sendAll("{\"name\":\"a\"}");
        Until.holds("it is dropped", () -> exporter.aborts.get() == 1);
        ok("$file/f/fin/" + SEGMENTS * SEGMENT, "");
        assertEquals(0, exporter.exported.length);
        assertArrayEquals(all(), exporter.files.values().iterator().next());
    }

    @Test
    public void aFailedExportIsTriedAgainWithWhatWasBegun() {
        exporter.failuresLeft.set(2);
        sendAll("{\"name\":\"a\"}");
        awaitCopied();
        ok("$file/f/fin/" + SEGMENTS * SEGMENT, "");
        assertArrayEquals(all(), exporter.exported);
        assertEquals(3, exporter.exports.get());
        assertEquals(0, exporter.aborts.get());
    }

    @Test
    public void afterARestartNothingIsRememberedAndAllIsDelivered() throws IOException {
        sendAll("{\"name\":\"a\"}");
        awaitCopied();
        broker.restart();
        ok("$file/f/fin/" + SEGMENTS * SEGMENT, "");
        assertEquals(0, exporter.exported.length);
        assertArrayEquals(all(), exporter.files.values().iterator().next());
    }
}
