// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.situations;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.wire.Packet;
import io.amphora.transfer.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** Situations 15 to 23, and 31: a transfer ends. */
@RunWith(Parameterized.class)
public final class FinSituations {

    @ClassRule
    public static final SharedBroker BROKER = new SharedBroker();

    private static final byte[] EMPTY = new byte[0];

    private final Form form;

    public FinSituations(Form form) {
        this.form = form;
    }

    @Parameterized.Parameters(name = "{0}")
    public static Form[] forms() {
        return Form.values();
    }

    private Device device(String clientId) throws IOException {
        return BROKER.device(clientId + form, form);
    }

    /** A device that has begun a transfer and stored three bytes. */
    private Device deviceWithAbc(String clientId) throws IOException {
        Device device = device(clientId);
        device.init("f", "n");
        device.ok("f/0", "abc");
        return device;
    }

    private static String sha256(String text) {
        return Sha256.digestOf(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)))
                .hex();
    }

    private static String delivered(Device device) throws IOException {
        return new String(BROKER.delivered(device.clientId(), "f", "n"), StandardCharsets.UTF_8);
    }

    private static void assertUnknown(Device device) throws IOException {
        device.refused(0x10, "unknown_transfer", "f/status", "");
        device.refused(0x10, "unknown_transfer", "f/0", "abc");
        device.refused(0x80, "unknown_transfer", "f/fin/3", "");
        Path file = BROKER.exports().pathOf(device.clientId(), "f", "n");
        assertEquals(file.toString(), false, Files.exists(file));
    }

    private static void assertDeliveredOnce(Device device) throws IOException {
        assertEquals("abc", delivered(device));
        assertEquals(1, BROKER.deliveries(device.clientId(), "f"));
    }

    @Test
    public void situation15FinNamesTheFirstMissingRangesAndKeepsAll() throws Exception {
        try (Device device = deviceWithAbc("s15")) {
            device.ok("f/5", "fg");
            String detail = device.refused(0x80, "incomplete", "f/fin/9", "");
            assertTrue(detail, detail.contains("[3, 5)") && detail.contains("[7, 9)"));
            device.ok("f/3", "de");
            device.ok("f/7", "hi");
            device.ok("f/fin/9", "");
            assertEquals("abcdefghi", delivered(device));
        }
    }

    @Test
    public void situation16FinWithAWrongChecksumKeepsAll() throws Exception {
        try (Device device = device("s16")) {
            device.ok("f/init", "{\"name\":\"n\",\"checksum\":\"" + sha256("no") + "\"}");
            device.ok("f/0", "abc");
            device.refused(0x80, "checksum_mismatch", "f/fin/3", "");
            device.refused(0x80, "checksum_mismatch", "f/fin/3/" + sha256("neither"), "");
            device.ok("f/fin/3/" + sha256("abc"), "");
            assertDeliveredOnce(device);
        }
    }

    @Test
    public void situation17TheSizeOfFinCounts() throws Exception {
        try (Device device = device("s17")) {
            device.ok("f/init", "{\"name\":\"n\",\"size\":6}");
            device.ok("f/0", "abcdef");
            device.ok("f/fin/3/" + sha256("abc"), "");
            assertDeliveredOnce(device);
        }
    }

    @Test
    public void situation18AnEmptyFileIsDelivered() throws Exception {
        try (Device device = device("s18")) {
            device.init("f", "n");
            device.ok("f/fin/0", "");
            assertEquals("", delivered(device));
        }
    }

    @Test
    public void situation19FinsThatRunAtOnceGetTheOneResult() throws Exception {
        try (Device device = deviceWithAbc("s19")) {
            List<Integer> fins = BROKER.during(BROKER.failingExports(), () -> {
                int first = device.finLater("f/fin/3");
                int second = device.finLater("f/fin/3/" + sha256("abc"));
                device.refused(0x83, "filemeta_conflict", "f/fin/2", "");
                return List.of(first, second);
            });
            assertEquals(0, device.finResult("f/fin/3", fins.get(0)).code());
            assertEquals(
                    0, device.finResult("f/fin/3/" + sha256("abc"), fins.get(1)).code());
            assertDeliveredOnce(device);
        }
    }

    @Test
    public void situation20WhatIsRepeatedAfterSuccessSucceedsAndDeliversNothing() throws Exception {
        try (Device device = deviceWithAbc("s20")) {
            device.ok("f/fin/3", "");
            Object file = fileKey(device);
            device.ok("f/fin/3", "");
            device.ok("f/fin/3/" + sha256("abc"), "");
            device.ok("f/0", "XXX");
            device.init("f", "n");
            device.ok("f/abort", "");
            device.refused(0x83, "filemeta_conflict", "f/init", "{\"name\":\"other\"}");
            device.refused(0x83, "filemeta_conflict", "f/fin/4", "");
            assertEquals("\"state\":\"finished\",\"size\":3,\"received\":[]", device.status("f"));
            assertEquals(file, fileKey(device));
            assertDeliveredOnce(device);
        }
    }

    private static Object fileKey(Device device) throws IOException {
        return Files.getAttribute(BROKER.exports().pathOf(device.clientId(), "f", "n"), "unix:ino");
    }

    @Test
    public void situation21AbortDeletesTheSegmentsAndStopsAnExport() throws Exception {
        try (Device device = deviceWithAbc("s21")) {
            device.ok("f/abort", "");
            assertUnknown(device);
            device.init("f", "n");
            device.ok("f/0", "abc");
            BROKER.during(BROKER.failingExports(), () -> abortWhileExporting(device));
            assertUnknown(device);
        }
    }

    private void abortWhileExporting(Device device) throws IOException {
        int fin = device.finLater("f/fin/3");
        int abort = device.publish(Device.QOS_1, "f/abort", EMPTY);
        assertEquals("aborted", device.finResult("f/fin/3", fin).token());
        assertEquals(abort, device.client().acknowledgement(Packet.PUBACK).packetId());
        assertEquals(0, device.result(form.topic("f/abort"), abort).code());
    }

    @Test
    public void situation22AbortOfNothingDoesNothing() throws Exception {
        try (Device device = device("s22")) {
            device.ok("f/abort", "");
            device.ok("f/abort", "ignored");
            device.init("f", "n");
            device.ok("f/0", "abc");
            device.ok("f/fin/3", "");
            device.ok("f/abort", "");
            assertDeliveredOnce(device);
        }
    }

    @Test
    public void situation23AClientThatGoesDuringFinFindsTheResultLater() throws Exception {
        Device gone = Device.resume(BROKER.address(), "s23" + form, form);
        gone.init("f", "n");
        gone.ok("f/0", "abc");
        int fin = BROKER.during(BROKER.failingExports(), () -> {
            int accepted = gone.finLater("f/fin/3");
            assertEquals("\"state\":\"exporting\",\"size\":3,\"received\":[[0,3]]", gone.status("f"));
            gone.settle();
            gone.vanish();
            return accepted;
        });
        try (Device back = Device.resume(BROKER.address(), "s23" + form, form)) {
            assertEquals(0, back.result(form.topic("f/fin/3"), fin).code());
            assertDeliveredOnce(back);
        }
    }

    @Test
    public void situation31SegmentsDuringAFinAreComparedOnly() throws Exception {
        try (Device device = deviceWithAbc("s31")) {
            int fin = BROKER.during(BROKER.failingExports(), () -> {
                int accepted = device.finLater("f/fin/3");
                device.ok("f/0", "abc");
                device.ok("f/1", "b");
                device.ok("f/2", "");
                device.refused(0x83, "filemeta_conflict", "f/1", "X");
                device.refused(0x83, "filemeta_conflict", "f/2", "cd");
                device.init("f", "n");
                return accepted;
            });
            assertEquals(0, device.finResult("f/fin/3", fin).code());
            assertDeliveredOnce(device);
        }
    }
}
